### English

lang-name = English
product = Hài Lòng
skip = Skip to the main content
simulated = Simulated data, for demonstration only. Not real results.
to-home = To the first page

## The first question
q-overall-counter = How satisfied are you with today's visit?
q-send = Send rating
q-anon = We do not record your name, phone number or location. Counter staff cannot see your answer.
q-anon-more = How we protect your information
q-procedure = Procedure:
q-slip-day = Date { $day }
which-procedure = Which procedure did you come for?
which-filter = Find a procedure by name
which-find = Find
which-none = No procedure has such a name. Use fewer letters, or choose “Another matter”.
which-other = Another matter

## Errors when sending
err-prefix = Error:{" "}
err-word = Error:
err-title = There is a problem
err-choose = Choose how satisfied you are
err-write = Write your answer in this field
err-long = The comment is { $n } characters too long. Shorten it to 1,000.

## Thanks, and more
t-h1 = Thank you for your rating
t-saved = Your rating has been saved. You can close this page.
t-more = Tell us more (optional)
t-why-low = What were you not satisfied with?
t-why-high = What went well?
t-comment-hint = Do not write names, phone or ID numbers. Up to 1,000 characters
t-comment-send = Send comment
t-contact = Need a reply? { $contact }
t-done = Comment received. Thank you.
t-late = Your rating has been saved
t-late-say = What you added came after 30 minutes and could not be sent. The rating you sent first is kept.

## Codes that do not open a form
code-label = Code on the slip
code-go = Continue
code-format = Enter the 8-character code, for example 7K3M-9X2P
code-unknown-check = We cannot find this code. Check the code on the slip.
code-unknown = We cannot find this code.
code-unknown-say = Check the code on the slip and type it here.
code-used = Your rating has been saved.
code-used-say = Each slip works once. There is nothing more to do.
code-again = Your rating has been saved.
code-again-new = Rate another visit
code-expired = This slip expired on { $day }.
code-expired-say = You can still tell us by scanning the code at the counter.
code-closed = This survey closed on { $day }.
code-revoked = This code is no longer in use.
code-closed-say = Thank you. You can scan the code shown at the counter to tell us.
code-many = Too many tries in a short time.
code-many-say = Try again in { $n } minutes.

## First page
home-title = Rate your visit
home-say = Did you get a slip with a code? Type the code to rate your visit. No sign-in, no name.
home-results = Published results
home-results-link = See how satisfied people are

## When something goes wrong
problem-input = This request could not be taken
problem-not-found = We cannot find this page
problem-not-found-say = Check the address, or go to the first page to type the code on your slip.
problem-gone = This page is no longer there
problem-gone-say = This has expired. You can scan the code at the counter.
problem-conflict-say = What was sent clashes with what is already there.
problem-busy = There is a problem with the service.
problem-busy-say = Your rating was not saved. Try again in a few minutes; your slip still works.
problem-internal = There is a problem with the service.
problem-reference = If you need help, tell us this reference: { $id }
problem-method = This address does not take what was sent. Open the page again with the code on your slip.
problem-other-site = This came from another site and was not taken. Open the form again with its code, then send.
problem-request = The browser sent something we could not read. Open the page again with the code on your slip.
problem-address = The address is too long. Open the page again with the code on your slip.
problem-encoding = What was sent is compressed. Send it without compression.
problem-content-type = What was sent is not a form. Open the page again and send it with the button.
problem-body = What was sent is too large or was cut off. Shorten it and send again.
problem-slow = The line was too slow and not everything arrived. Please send again.
problem-fields = What was sent does not match the questions. Open the page again and choose again.

## Issuing codes
issue-unknown-unit = No unit has the code “{ $code }”.
issue-unknown-procedure = No procedure has the code “{ $code }”.
issue-unknown-form = No form is called “{ $form }”.

## Protection of information
privacy-title = How we protect your information
privacy-what = What is kept
privacy-what-say = The rating and answers you choose, the comment you write, the unit, procedure, channel, and the time to the full hour.
privacy-not = What is not kept
privacy-not-say = We do not ask for or keep names, phone numbers, ID numbers or location. Network addresses are not recorded. A case code, if any, is kept only as a one-way keyed hash, apart from the answers.
privacy-who = Who can see it
privacy-who-say = Counter staff cannot see answers. Managers see figures only from 5 ratings up, and comments without the time they were sent.
privacy-how-long = How long it is kept
privacy-how-long-say = Answers are kept for 5 years, comments for 24 months. These pages use one cookie that lives 30 minutes, so that an answer is not stored twice.
privacy-rights = Your rights
privacy-rights-say = Answering is voluntary. As no name is kept, an answer that was sent cannot be found again to change or withdraw it. Your rights over personal data follow Law 91/2025/QH15.
privacy-ask = Whom to ask
privacy-ask-say = Ask the office of the Department of Education and Training, or ask where you came for your procedure.
# Results (release, assess, results)
period-not-understood = “{ $value }” is not a reporting period. Write it like 2026-10 (month), 2026-Q3 (quarter), 2026-H1 (half-year), 2026 (year) or 2026-01-05..2026-02-03 (from day to day).
period-ends-before-it-starts = The last day { $to } lies before the first day { $from }. Choose a last day from the first day on.
period-month = Month { $month } of { $year }
period-quarter-1 = First quarter of { $year }
period-quarter-2 = Second quarter of { $year }
period-quarter-3 = Third quarter of { $year }
period-quarter-4 = Fourth quarter of { $year }
period-half-1 = First half of { $year }
period-half-2 = Second half of { $year }
period-year = Year { $year }
period-range = { $from } to { $to }
period-with-days = { $name } ({ $from } to { $to })
day-written = { $day } { $month } { $year }
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
number-decimal = .
number-group = ,
number-percent = { $number }%
