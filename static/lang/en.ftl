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
q-elsewhere = Not the office you visited?
q-elsewhere-code = Type the code on your slip
q-listen = Listen to the question
q-procedure = Procedure:
q-slip-day = Date { $day }
which-procedure = Which procedure did you come for?
which-filter = Find a procedure by name
which-find = Find
which-none = No procedure has such a name. Use fewer letters, or choose “Another matter”.
which-other = Another matter
which-all = Show all { $n } procedures
which-again = Back to the list of procedures

## Errors when sending
err-prefix = Error:{" "}
err-word = Error:
err-title = There is a problem
err-choose = Choose how satisfied you are
err-choose-level = Choose a level for “{ $question }”
err-choose-one = Choose an answer to “{ $question }”
err-choose-some = Choose at least one box for “{ $question }”
err-choose-any = Answer at least one question
err-write = Write your answer to “{ $question }”
err-long = The comment is { $n } characters too long. Shorten it to 1,000.

## Thanks, and more
t-h1 = Thank you for your rating
t-saved = Your rating has been saved. You can close this page.
t-more = Tell us more (optional)
t-why-low = What were you not satisfied with?
t-why-high = What went well?
t-comment-hint = Do not write names, phone or ID numbers. Up to 1,000 characters
t-comment-send = Send comment
t-contact = Need a reply? Call { $phone } or write at { $address }.
t-contact-phone = Need a reply? Call { $phone }.
t-contact-address = Need a reply? Write at { $address }.
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
code-expired-say = You can still tell us: scan the code at the counter.
code-expired-call = You can still tell us: call { $phone } or scan the code at the counter.
code-closed = This survey closed on { $day }.
code-revoked = This code is no longer in use.
code-closed-say = Thank you.
code-closed-next = You can still tell us: scan the code shown at the counter.
code-many = Too many wrong codes.
code-many-say = Try again in { $n } minutes.
send-many = Too many ratings are being sent at once.
send-many-say = Your rating was not saved. Send it again in { $n } minutes; what you entered is kept on this page.
send-again = Send again

## First page
home-title = Rate your visit
home-say = Did you get a slip with a code? Type the code to rate your visit. No sign-in, no name.
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
privacy-what = What we keep
privacy-what-say = The rating and the answers you choose; the comment you write; the office, the procedure, the way it was sent and the language; the day and time, cut to the hour.
privacy-not = What we do not keep
privacy-not-say = We do not ask for or keep names, phone numbers, ID numbers or locations. Your network address is not written with your rating or in any log; against fraud only an encrypted mark that cannot be read back exists, for at most 48 hours. The case number of a slip, if there is one, is kept only in one-way encrypted form, apart from your answers.
privacy-why = What it is for
privacy-why-say = So that the office knows how satisfied people are and mends what is not good. It is used for nothing else, not sold, and not passed on.
privacy-who = Who sees it
privacy-who-say = Counter staff cannot see your answer. Managers see only figures made of 5 ratings or more, and comments with their day but not their time. So please write no names, phone or ID numbers in a comment.
privacy-how-long = How long we keep it
privacy-how-long-say = Answers are kept for 5 years, comments for 24 months. The rating page uses a single cookie that lives 30 minutes, so that a rating is not stored twice; it does not say who you are.
privacy-rights = Your rights
privacy-rights-say = Answering is voluntary; not answering changes nothing about your case. As no name is kept, a rating that was sent cannot be found again to change or withdraw it; if a comment holds personal data, you may ask for it to be erased. Your rights are set out in the Personal Data Protection Law No. 91/2025/QH15.
privacy-ask = Whom to ask
privacy-ask-say = Ask the office named at the top of the form, or the office that oversees it.
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
# Import
# Where a fault is. «in» says whether the file has sheets.
import-place = { $in ->
    [sheet] Sheet “{ $sheet }”
   *[file] The file
 }
import-row = { $in ->
    [sheet] Sheet “{ $sheet }”, row { $row }
   *[file] Row { $row }
 }
import-cell = { import-row }, column { $column }
import-file-empty = The file is empty; expected a CSV or Excel (.xlsx) file with a heading row and data.
import-file-too-big = The file is larger than { $most } MiB; please split it into smaller ones.
import-too-many-rows = The file has more than { $most } rows of data; please split it into smaller ones.
import-too-many-columns = Sheet “{ $sheet }” has data beyond column number { $most }; please remove the columns not needed.
import-too-many-entries = The workbook holds { $count } parts, at most { $most } are taken; please copy the data into a new workbook and save it.
import-too-big-unpacked = The workbook unpacks to more than { $most } MiB; please copy only the data into a new workbook and save it.
import-entities = The workbook declares XML entities, which are not allowed; please open it in Excel or LibreOffice and save it as .xlsx.
import-unreadable-workbook = This workbook cannot be read; please open it in Excel or LibreOffice and save it as .xlsx, without a password.
import-old-workbook = The file is an old Excel workbook (.xls) or has a password; please save it as .xlsx without a password.
import-form-not-workbook = A questionnaire must be an Excel workbook (.xlsx) in XLSForm layout, with the three sheets survey, choices and settings.
import-not-text = The file is neither CSV text nor an .xlsx workbook; please save it as “CSV UTF-8” or .xlsx.
import-not-utf8 = Row { $row }: the file is not in UTF-8, so accented letters would be wrong; in Excel choose “Save As”, then “CSV UTF-8”.
import-open-quote = Row { $row }: a quotation mark opens and never closes; each quotation mark inside a name must be written twice.
import-missing-sheet = The workbook has no sheet “{ $name }”; expected the three sheets survey, choices and settings, found: { $found }.
import-no-rows = { import-place } has no rows under its heading.
import-missing-columns = { import-place } lacks the columns: { $columns }. Columns found: { $found }.
import-column-twice = { import-place } has two columns named “{ $column }”; please remove or rename one.
import-unknown-column = { import-place } has a column “{ $column }” that is not used; it was ignored.
import-other-sheets = Only sheet “{ $sheet }” was read; other sheets were ignored: { $others }.
import-more-faults = … and { $count } more faults.
import-more-warnings = … and { $count } more remarks.
import-too-many-cells = { import-row }: has { $cells } cells but the heading has only { $columns } columns; if a name contains the separator, put the name in quotation marks.
import-empty = { import-cell }: is empty; a value is needed here.
import-broken-cell = { import-cell }: the formula failed ({ $error }); please replace it with a value.
import-too-long = { import-cell }: is longer than { $most } characters (“{ $value }”).
import-lost-letters = { import-cell }: accented letters were lost when the file was saved (“{ $value }”); please save the original again as “CSV UTF-8” or .xlsx.
import-bad-date = { import-cell }: “{ $value }” is not a date; expected 31/12/2026 or 2026-12-31.
import-bad-month = { import-cell }: “{ $value }” is not a month; expected 07/2026 or 2026-07.
import-bad-count = { import-cell }: “{ $value }” is not a count; expected a whole number from 0, such as 1234 or 1.234.
import-bad-choice = { import-cell }: “{ $value }” is not allowed; expected one of: { $known }.
import-bad-code = { import-cell }: “{ $value }” is not a code; a code has no spaces and at most 64 characters.
import-code-twice = { import-cell }: code “{ $value }” stands in a row above already; write each code once.
import-code-decimal = { import-cell }: the code is the decimal number “{ $value }”, zeros at its end may be lost; please format the column as Text and enter the code again.
import-code-date = { import-cell }: Excel turned the code into the date “{ $value }”; please format the column as Text and enter the code again.
import-code-was-number = { import-cell }: code “{ $value }” is a number, leading zeros (if any) are lost; better format the column as Text.
import-bad-procedure-number = { import-cell }: the number “{ $value }” is not a procedure code; expected 1.005092, in a column formatted as Text.
import-zeros-lost = { import-cell }: “{ $value }” lacks zeros at its end or uses a comma; is “{ $code }” meant? Please format the column as Text and enter the code again.
import-zeros-restored = { import-cell }: the cell is the number “{ $value }” and was taken for the code “{ $code }”; better format the column as Text.
import-unknown-code = { import-cell }: there is no code “{ $value }” yet; please check it, or import it first.
import-unknown-code-meant = { import-cell }: there is no code “{ $value }”; is “{ $meant }” meant? Please check leading zeros and capitals.
import-parent-circle = { import-cell }: the units above form a circle: { $way }.
import-successor-circle = { import-cell }: the successors form a circle: { $way }.
import-ends-before = { import-cell }: ends on { $to }, before it begins on { $from }; the last day must not come before the first.
import-not-valid-then = { import-cell }: “{ $value }” is valid only from { $from } to { $to }, not in month { $month }.
import-late-over-finished = { import-cell }: { $value } late files are more than the { $finished } finished ones.
import-caseload-twice = { import-row }: this month, unit, procedure and channel stand in a row above already; write each combination once.
import-total-and-channels = { import-cell }: the same month, unit and procedure are given both as a total (all) and by channel; give one of them, so that no file counts twice.
import-not-a-school = { import-cell }: unit “{ $value }” is of kind { $kind }; expected a unit of kind school or centre.
import-other-name = { import-cell }: name “{ $value }” differs from the name of this code's unit (“{ $name }”); please check whether rows have shifted.
import-simulated = Column “{ $column }” holds made-up figures for trials only; please replace it with a column enrolment with real ones.
import-bad-name = { import-cell }: “{ $value }” is not a name; expected plain letters, digits and the marks _ - . , at most 64 characters, and not visit or p, which are reserved.
import-bad-version = { import-cell }: “{ $value }” is not a version; expected a whole number from 1.
import-bad-language = { import-cell }: “{ $value }” has no language code; expected “Tiếng Việt (vi)” or “vi”.
import-column-language = { import-place }: column “{ $column }” has no language code; expected “label::Tiếng Việt (vi)”.
import-no-words = { import-cell }: the words in the form's main language ({ $language }) are missing.
import-untranslated = { import-cell }: is not translated ({ $language }); the words of the main language will be shown.
import-choice-twice = { import-cell }: choice “{ $value }” is in this list already.
import-name-twice = { import-cell }: name “{ $value }” is used in a row above already.
import-too-many-choices = { import-row }: the list has more than { $most } choices.
import-too-many-questions = { import-row }: the form has more than { $most } questions.
import-no-questions = { import-place } has no questions.
import-bad-type = { import-cell }: type “{ $value }” cannot be used; expected select_one LIST, select_multiple LIST, text, note, begin_group or end_group.
import-unknown-list = { import-cell }: there is no choice list “{ $list }” on sheet choices; found: { $known }.
import-group-not-open = { import-row }: end_group without a begin_group before it.
import-group-not-closed = { import-row }: begin_group without an end_group.
import-bad-required = { import-cell }: “{ $value }” is not allowed; expected yes, no or nothing.
import-required-note = { import-cell }: a note has no answer, so it cannot be required.
import-bad-relevant = { import-cell }: the condition is not understood from “{ $rest }”; expected {"${"}question{"}"} = 'choice', selected({"${"}question{"}"}, 'choice'), joined by and, or, not().
import-relevant-unfinished = { import-cell }: the condition is not finished (“{ $value }”); perhaps a parenthesis, a quote or a value is missing.
import-relevant-unknown = { import-cell }: the condition speaks of question “{ $question }”, which is not in the rows above.
import-relevant-no-choices = { import-cell }: the condition speaks of “{ $question }”, which has no choices.
import-relevant-many = { import-cell }: “{ $question }” takes several choices; use selected({"${"}{ $question }{"}"}, 'choice').
import-relevant-number = { import-cell }: comparing “{ $question }” by size needs a number, not “{ $choice }”.
import-relevant-choice = { import-cell }: question “{ $question }” has no choice “{ $choice }”; it has: { $known }.
import-level-order = { import-cell }: levels must run from worst to best 1, 2, 3, 4, 5, then na if any; found { $found }.
import-level-words = { import-cell }: level { $level } is the worst or second worst but its words are “{ $label }”; level 1 is very dissatisfied, level 5 very satisfied.
import-indicator-not-level = { import-cell }: indicator “{ $value }” is computed only from questions of five levels (choices 1, 2, 3, 4, 5, and na if needed).
import-papers-choices = { import-cell }: indicator papers_again needs a select_one question with two choices named no and yes.
import-papers-twice = { import-cell }: indicator papers_again is fed by question “{ $other }” already; one question a form.
import-overall-not-level = { import-cell }: overall is only for a question of five levels that has an indicator.
import-overall-twice = { import-cell }: this indicator has the overall question “{ $other }” already; one question an indicator.
import-version-taken = Form “{ $form }” version { $version } is there with other content and cannot be edited; please write version { $next } on sheet settings, column version.
import-version-older = Form “{ $form }” is there in version { $latest }, newer than version { $version } of the file; please write version { $next } on sheet settings, column version.
import-what = { $what ->
    [units] units
    [procedures] procedures
    [questionnaire] questionnaire
    [caseload] case files
    [schools] schools
   *[other] { $what }
 }
import-report-kept = Imported { import-what } from file “{ $file }”.
import-report-tried = Tried to import { import-what } from file “{ $file }”; nothing was written.
import-report-nothing = File “{ $file }” ({ import-what }) has nothing new.
import-report-counts = Added: { $added }; changed: { $changed }; ended: { $ended }; unchanged: { $unchanged }.
import-report-detail = { $subject }, { $field }: { $old } → { $new }
import-report-none = (none)
import-report-more = … and { $count } more changes.
import-report-warning = Note: { $sentence }

## Sample department (hailong demo)
demo-not-empty = This database already has answers, so made-up data cannot be loaded; an empty database is needed.
demo-step-department = Loading the sample units, procedures and forms
demo-step-answers = Loading made-up answers
demo-step-caseload = Loading made-up file counts
results-title = Results of the satisfaction survey
results-filter = Choose a period
results-filter-year = Year
results-filter-part = Period
results-filter-whole-year = Whole year
results-filter-half-1 = First half
results-filter-half-2 = Second half
results-filter-quarter-1 = First quarter
results-filter-quarter-2 = Second quarter
results-filter-quarter-3 = Third quarter
results-filter-quarter-4 = Fourth quarter
results-filter-month = Month { $month }
results-filter-range = From day to day
results-filter-from = From
results-filter-to = To (included)
results-filter-cut-off = Cut-off
results-filter-calendar = Calendar months
results-filter-fifteen = From the 15th to the 14th
results-filter-view = View
cut-off-not-understood = “{ $value }” is not a cut-off. Choose calendar (calendar months) or 15-14 (from the 15th to the 14th).
results-released = Figures up to { $day }.
results-released-never = No figures have been released yet.
results-provisional = Provisional: this period is not over or not closed yet, so conclusions may still change.
results-period-so-far = { $period } (to { $day })
results-indicator-procedures = Satisfaction with administrative procedures
results-indicator-service = Satisfaction with the service of the office
results-indicator-education = Satisfaction with public education services
results-indicator-papers-again = Share of people who need not hand in papers the office already has
results-sentence = { $period }: { $share } satisfied ({ $lower } to { $upper }), { $n } ratings.
results-sentence-papers = { $period }: { $share } need not hand in papers again ({ $lower } to { $upper }), { $n } people answered.
results-sentence-range = { $period }: { $share } satisfied, { $n } ratings.
results-sentence-range-papers = { $period }: { $share } need not hand in papers again, { $n } people answered.
results-sentence-nothing = { $period }: { $state }.
results-said-above = Meets target of { $target }.
results-said-below = Below target of { $target }.
results-said-open = Not enough evidence on the target of { $target }.
results-said-few = Few ratings, for reference only; target { $target }.
results-state-above = Meets target
results-state-below = Below target
results-state-open = Not enough evidence
results-state-few = Few ratings, for reference only
results-state-hidden = Not shown, to protect people
results-state-none = No ratings in this period
results-no-target = No target in this period
results-provisional-mark = provisional
results-at-least = With 95% confidence, at least { $share }.
results-at-most = With 95% confidence, at most { $share }.
results-needed = About { $n } more ratings needed
results-needed-floor = at least { $n } in any case
results-out-of-reach = Even if everyone else is satisfied, the target of this period can no longer be reached.
results-index = Beside it, separately: pooled index of the criteria { $share } ({ $lower } to { $upper }), { $n } people answered.
results-measure-closing = Share of people who chose level 4 or 5 in the form’s closing question.
results-measure-pooled-index = Pooled index: share of answers at level 4 or 5 of all answers, over people and criteria.
results-measure-share-of-no = Share of people who answered “no, nothing again” of those who answered yes or no.
results-blank = Left blank: { $blank }; does not apply: { $na }. They are not in the denominator.
results-coverage = { $n } people answered of { $files } finished files ({ $coverage }).
results-more-than-files = More people answered than files were finished: the data need checking. Interval and conclusion are computed as if the number of files were unknown.
results-spread = Spread of the five levels
results-spread-of-answers = Spread of the five levels over { $n } answers
results-spread-table = Show the table
results-spread-level = Level
results-spread-count = Answers
results-level-1 = Very dissatisfied
results-level-2 = Dissatisfied
results-level-3 = Neither
results-level-4 = Satisfied
results-level-5 = Very satisfied
results-spread-part = { $level }: { $share }
results-units = By unit
results-procedures = By procedure
results-column-unit = Unit
results-column-procedure = Procedure
results-column-n = People
results-column-share = Share
results-column-interval = 95% interval
results-column-state = Conclusion
results-column-coverage = Of files
results-interval = { $lower } to { $upper }
results-range-at-least-95 = 95% or more
results-range-at-most-5 = 5% or less
results-no-procedure = Other matters
results-without = No ratings in this period ({ $n })
results-how = How this is computed
results-how-interval = 95% interval: only some people answered, so the true share may be higher or lower, but is usually within this range.
results-how-verdict = Conclusions use the exact one-sided test at 5% on unrounded numbers; “meets” and “below” are said only when the data are sure enough.
results-how-hidden = A figure is not shown where fewer than 5 people answered, or where it would help to work out such a figure.
results-how-source = Survey at the unit, not SIPAS.
results-how-units = Each unit is counted as it was when people answered.
results-download-csv = Download the figures (CSV)
results-download-json = Download the figures (JSON)
demo-step-release = Counting the answers
demo-ready = Hài Lòng is ready after { $seconds } seconds, with simulated data. Open:
demo-home = First page, type a code
demo-point = Code at a counter, one procedure
demo-office = Code at a counter, procedure to choose
demo-service = Form about the service
demo-education = Form of a school
demo-invitation = Invitation, used once
demo-results = Results

### People: signing in, accounts, roles
problem-forbidden = This account cannot use this page
problem-forbidden-say = If your work needs this page, ask an administrator for the role.
setup-console = There is no account yet. Open this link within 30 minutes, once, to make the first administrator:
demo-sign-in = Sign in
demo-accounts = Simulated accounts (login name, password; passwords change at every start):
nav-label = Places
nav-users = People
nav-out = Sign out
sign-in-title = Sign in
sign-in-login = User name or email
sign-in-password = Password
sign-in-go = Sign in
sign-in-wrong = The user name or password is not right.
sign-in-wait = Try again in { $n } minutes.
sign-in-ended = You were signed out. Sign in to go on; what you typed is kept.
sign-in-chosen = The password is set. Sign in with the new password.
sign-in-again = Enter your password again
sign-in-again-say = This is an important act, so the password is needed once more. What you typed is kept.
sign-in-again-go = Continue
sign-in-kept = What you typed is kept
sign-in-kept-say = You are signed in. What you typed before was not sent yet; send it now to go on.
sign-in-kept-send = Send what you typed
sign-in-present-wrong = The present password is not right.
password-show = Show password
password-hide = Hide password
password-wrong = The password is not right.
password-hint = { $least } characters or more. A long sentence you remember is best.
password-new = New password
password-present = Present password
password-short = Choose a password of { $least } characters or more.
password-long = Shorten the password to at most { $most } characters.
password-common = Many people use this password, so it is easy to guess. Choose another one.
password-name = The password holds the name of the person, the login, the unit or “Hài Lòng”, so it is easy to guess. Choose another one.
link-setup = Make the first administrator
link-setup-say = This account manages the whole service and invites the others.
link-choose = Choose a password
link-choose-say = Choose a password for { $name }, user name { $login }.
link-too-short = The roles of this account need a password of { $least } characters or more. Choose a new one to go on.
link-go = Save password
link-useless = This link can no longer be used
link-useless-say = Each link works once, within 30 minutes. Ask an administrator for a new one.
role-officer = One-stop officer
role-typist = Typist of paper forms
role-manager = Head of unit
role-leader = Director
role-admin = Administrator
role-inspector = Inspector
account-name = Full name
account-login = User name
account-role = Role
account-roles = Roles
account-no-role = No role yet
account-unit = Unit (with the units below it)
account-everywhere = All units
account-name-needed = Enter the full name, at most 100 characters.
account-login-needed = Enter a user name of 2 to 100 characters without spaces.
account-login-taken = The user name “{ $login }” is taken. Choose another one.
account-role-unknown = There is no such role. Choose one of the list: officer, typist, manager, leader, admin, inspector.
account-role-for-all = This role ({ $role }) is always for all units. Choose “All units”.
account-last-admin = This is the last administrator. Give that role to somebody else first.
account-last-inspector = This is the last inspector. Give that role to somebody else first.
account-is-disabled = The account is disabled. Enable it before you make a link.
mine-title = My account
mine-password-changed = The password was changed. All other sessions have ended.
mine-change-password = Change password
mine-change-say = After the change every other session of this account ends.
mine-sessions = Sessions
mine-sessions-say = Where this account is signed in. End any that is not yours, then change the password.
mine-since = Began
mine-seen = Last used
mine-this = This session
mine-end = End
mine-end-one = End the session that began at { $time }
mine-end-others = End all other sessions
users-title = People
users-new = Invite a person
users-new-say = One account for each person. After saving there is a link with which the person chooses a password.
users-new-go = Save and make a link
users-last = Last sign-in
users-never = Never signed in
users-state = State
users-active = Active
users-invited = Invited, no password yet
users-disabled = Disabled at { $time }
users-given = Give this link to the person. It works once, within 30 minutes, and is shown only here.
users-self = This is the account you are signed in with; only another administrator can change its roles.
users-back = Back to the list of people
users-cancel = Go back, change nothing
users-roles = Change roles
users-roles-of = Roles of { $name }
users-roles-say = After saving, the person has to sign in again.
users-roles-kept = Roles now (untick to take away)
users-roles-more = Add a role
users-roles-go = Save roles
users-disable = Disable account
users-disable-say = The person can no longer sign in and every session ends at once. What was done stays in the audit log. You can enable the account again later.
users-enable = Enable account
users-enable-say = The person can sign in again with the old password.
users-link = Make a link to choose a password
users-link-say = There will be a new link that works once within 30 minutes; earlier links stop working. The old password works until a new one is chosen.
users-sessions = End sessions
users-sessions-say = The person has to sign in again on every machine.

### Paper: typed from numbered sheets
nav-paper = Paper forms
paper-title = Paper forms
paper-say = Each batch holds the numbered sheets of one unit. Whoever types them is outside the judged unit. Keep the paper for 24 months.
paper-none = There is no batch yet.
paper-new = Open a batch
paper-new-say = Number the sheets from 1 and write the name of the batch on them before typing.
paper-new-go = Open the batch
paper-label = Name of the batch
paper-unit = Unit
paper-procedure = Procedure (when the form asks about one)
paper-form = Form
paper-version = version { $n }
paper-days = Days of the sheets
paper-first = From day (31/12/2026)
paper-last = To day (31/12/2026)
paper-sheets = Number of sheets
paper-choose = Choose
paper-turns = How it is typed
paper-twice = By two people; the inspector settles differences
paper-once = By one person
paper-twice-say = Two people type each sheet; the inspector settles differences (recommended)
paper-label-needed = Enter a name for the batch, at most 60 characters.
paper-label-taken = There is a batch called “{ $label }”. Choose another name.
paper-form-needed = Choose a form.
paper-days-needed = Enter the first and the last day, like 31/12/2026; the last not before the first and not after today.
paper-sheets-needed = Enter a number of sheets from 1 to { $most }.
paper-unit-not-then = { $name } was not there on these days. Choose another unit or other days.
paper-procedure-not-then = The procedure { $name } was not valid on these days. Choose another procedure or other days.
paper-procedure-not-asked = This form does not ask about a procedure. Choose none.
paper-batch = Batch { $label }
paper-progress = Progress
paper-state-empty = Not typed
paper-state-once = Typed once
paper-state-differs = Typed differently
paper-state-due = Waiting to be stored
paper-state-stored = Stored
paper-type-next = Type sheet { $n }
paper-nothing-to-type = There is no sheet left for this account to type. Sheets typed once are typed again by somebody else.
paper-settle-one = Settle sheet { $n }
paper-back = To the list of batches
paper-to-batch = To the batch
paper-saved = Sheet { $n } is saved.
paper-sheet = Sheet { $n }, batch { $label }
paper-sheet-say = Type one digit for each question and press Tab; press Enter to save. Type 0 for a question left blank on paper.
paper-settle = Settle sheet { $n }, batch { $label }
paper-settle-say = Two people read this sheet differently. Look at the paper and type what stands on it.
paper-both = First time: { $one }. Second time: { $other }.
paper-zero = left blank
paper-day = Day on the sheet
paper-day-wrong = Enter a day like 31/12/2026, or nothing when the sheet has no day.
paper-day-outside = The day on the sheet must be from { $from } to { $to }, the days of the batch.
paper-save = Save sheet
paper-missing = type a digit, or 0 when the question was left blank on paper.
paper-unknown = there is no such choice. Type a digit of the list.
paper-several = type one digit only.
paper-long = { $n } characters too long. Shorten it to { $most }.
paper-blank = Every question of this sheet is blank, so it is not stored. Leave this number out.
paper-one-person = This account has typed this sheet. Somebody else must type it the second time.
paper-typed-already = This sheet is typed already. Go on with the next.
import-paper-account = For paper forms it must be known who typed them. Add --by with the user name of the typist.
import-paper-sheet = { import-cell }: the number of a sheet must be from 1 to { $most }.
import-paper-label = { import-cell }: the name of the batch must be there and have at most 60 characters.
import-paper-not-yours = { import-cell }: this account may not type sheets of “{ $value }”. The typist must have been given the unit and must not work there.
import-paper-not-then = { import-cell }: “{ $value }” is after today, or the unit was not there on that day.
import-paper-procedure-not-then = { import-cell }: the procedure “{ $value }” was not valid on the day of the sheet.
import-paper-procedure-not-asked = { import-cell }: this form does not ask about a procedure; leave the cell empty.
import-paper-other-batch = { import-cell }: the batch “{ $value }” is of another unit, procedure or form; each batch has one unit, one procedure and one form.
import-paper-twice = { import-cell }: sheet “{ $value }” of this batch stands in a row above; each sheet is one row.
import-paper-one-person = { import-cell }: this account typed sheet “{ $value }” with other content; somebody else must type it the second time.
import-paper-typed = { import-cell }: sheet “{ $value }” is typed already.
import-paper-missing = { import-cell }: empty; expected a digit, or 0 when the question was left blank on paper.
import-paper-unknown = { import-cell }: there is no choice “{ $value }”; expected a digit of the question, 0 for blank, 9 for does not apply.
import-paper-several = { import-cell }: “{ $value }” is more than one choice; this question takes one.
import-paper-long = { import-cell }: { $n } characters too long.
import-paper-blank = { import-row }: every question is blank, so the sheet is not stored; leave the row out.
# Listening to questions (the sounds that come with a form)
import-sound-missing = { import-cell }: there is no file “{ $value }” in the folder of sounds beside the form; it has: { $known }.
import-sound-too-big = { import-cell }: the file “{ $value }” is larger than { $most } KiB; read it shorter or pack it smaller.
import-sound-not-opus = { import-cell }: the file “{ $value }” is not an Opus sound; export it again as .opus.

# Handing codes over
issue-unit-not-ended = The unit “{ $code }” has not ended, so its codes stay with it; only codes of a unit that has ended are handed over.
issue-no-successor = The unit “{ $code }” has no successor at work; import the units again with the column successor, then hand over.
issue-handed-over = { $n } codes of { $from } now belong to { $to }. Earlier ratings stay with the earlier unit.
issue-revoked = Point { $point } is out of use; its codes open no form any more.
## Print
print-question = How satisfied are you?
print-quick = Only 10 seconds · no sign-in · no names
print-step-open = Open your camera or a code scanner
print-step-scan = Scan the code
print-step-send = Choose and send
print-place = { $host } · code
print-procedure = Procedure: { $name }
print-invite = Please rate your visit
print-scan = Scan the code with your phone, or go to { $host } and enter the code
print-scan-line = Please rate your visit: scan, or go to { $host } and enter this code.
print-no-name = We do not record who rated.
print-until = Valid to the end of { $day }.
print-printed = Printed { $day }
print-simulated = Simulated data
print-unknown-unit = There is no unit with the code «{ $code }»; the code of an imported unit is needed.
print-no-points = There is no open point to print; make one with «hailong issue point».
print-once = An invitation works once and is not printed on «{ $piece }»; use code, slip-58 or slip-80.
print-used = This invitation has been used and cannot be printed again.
print-expired = This invitation expired on { $day } and cannot be printed again.
print-closed = This point is no longer in use and cannot be printed.
print-pages = This makes { $n } pages, but a { $format } file holds one; use PDF.
print-format = The format of «{ $file }» is not known; the name must end in .pdf, .svg or .png, or give «--format».
print-only-code = «--{ $option }» is only for the code alone («--piece code» as SVG or PNG).
print-terminal = PDF and PNG files cannot be shown on a terminal; give «--out FILE».

## Print QR codes
nav-codes = Print codes
codes-title = Print QR codes
codes-say = Each place where people can answer has a code of its own. Choose the place, look at the print, test it, then print. Printing again does not change the code.
codes-none = There are no codes yet. Next step: add a counter.
codes-new = Add a counter and make its code
codes-new-say = A new code works at once. Whoever scans it rates the unit and procedure given here.
codes-new-go = Make the code
codes-several = Print several codes in one file
codes-unit = Unit
codes-all = All units
codes-piece = Size
piece-a4 = A4 poster for the wall, read from 72 cm
piece-a5 = A5 stand for the counter, read from 42 cm
piece-stickers = Stickers, 12 on an A4 sheet, read from 19 cm
codes-languages = Languages
codes-one-language = Vietnamese
codes-two-languages = Vietnamese with an English line
codes-preview = Preview
codes-preview-title = Before you print
codes-place = Place
codes-number = Place { $n }
codes-about = Rated there
codes-ways = What to do
codes-print = Print
codes-renew = New code
codes-renew-say = This place gets a new code. Every sheet printed with the old one stops working at once and must be replaced; answers received stay.
codes-revoke = Stop using
codes-revoke-say = The code of this place will not open the form any more; whoever scans it is told so. Answers received stay. A stopped code cannot be used again.
codes-page = Page { $n } of { $of }
codes-before = Previous page
codes-after = Next page
codes-sheets = { $n } sheets will be printed. This is the first, in its true size: { $unit }.
codes-step-scan = Test this code with a phone before you print.
codes-step-file = Download the PDF
codes-step-print = Print at 100 %, not fitted to the page, on white matte paper.
codes-picture = The first sheet
codes-back = Back to the codes
codes-label = Name of the place, for example Quầy 1
codes-procedure = Procedure
codes-channel = How people answer
codes-choose = Choose…
codes-citizen-chooses = People choose the procedure
codes-unit-needed = Choose a unit that is active.
codes-label-needed = Enter the name of the place, at most { $most } characters.
codes-channel-needed = Choose how people answer.
channel-counter = Code scanned at the counter
channel-online = Link on the web
channel-postal = Sent with the result by post
channel-round = Survey round
## Seal: verify, anchors, keys
verify-read = Read { $responses } parts of answers, { $audit } rows of the audit log, { $anchors } anchors.
verify-whole = Whole: every row is as it was sealed.
verify-broken = The seal is broken: { $n } places are not as they were sealed.
verify-more = … and { $n } places more.
verify-erased = { $n } parts of answers have comments that were erased by the rules.
verify-code-made = Short code of the new anchor: { $code }
verify-row = { $chain ->
    [audit] Row { $n } of the audit log is not as it was sealed.
   *[other] Response { $n } is not as it was sealed.
}
verify-gap = { $chain ->
    [audit] Rows { $from } to { $n } of the audit log are missing.
   *[other] Responses { $from } to { $n } are missing.
}
verify-number = { $chain ->
    [audit] The audit log has a row number { $n }; numbers start at 1.
   *[other] There is a response number { $n }; numbers start at 1.
}
verify-unreadable = { $chain ->
    [audit] Row { $n } of the audit log cannot be read: a column holds what it never should.
   *[other] Response { $n } cannot be read: a column holds what it never should.
}
verify-head = { $chain ->
    [audit] The head of the audit log names row { $n }, the last row is { $last }, or their hashes differ.
   *[other] The head of the responses names number { $n }, the last one is { $last }, or their hashes differ.
}
verify-head-missing = { $chain ->
    [audit] The head of the audit log is missing; its last row is { $n }.
   *[other] The head of the responses is missing; the last one is { $n }.
}
verify-comment-missing = The comment of response { $n } is gone, and the audit log has no erasure of it.
verify-comment-changed = The comment of response { $n } is not as it was sealed.
verify-comment-added = Response { $n } has a comment that it did not have when it was sealed.
verify-trigger = The guard “{ $name }” against changes is missing, was edited or is switched off in the database.
verify-migration = Step { $n } of the database schema is not the one of this program.
verify-anchor-unreadable = The anchor “{ $name }” cannot be read; a file that this program made is needed.
verify-anchor-signature = The signature of the anchor “{ $name }” is not by this key.
verify-anchor-row = { $chain ->
    [audit] Row { $n } of the audit log differs from the anchor “{ $name }”.
   *[other] Response { $n } differs from the anchor “{ $name }”.
}
verify-anchor-beyond = { $chain ->
    [audit] The anchor “{ $name }” has the audit log up to row { $n }, now it ends at { $last }: what followed is lost.
   *[other] The anchor “{ $name }” has responses up to { $n }, now they end at { $last }: what followed is lost.
}
verify-anchor-units = The anchor “{ $name }” counts { $then } responses of the unit “{ $unit }”, now there are { $now }.
verify-code = No anchor has the short code “{ $code }”: these are not the data that it was printed for.
verify-invitations = Unit “{ $unit }”, channel “{ $channel }”: { $used } invitations were used, but { $n } answers came by invitation.
seal-title = Seal
seal-say = Each response and each act in the audit log is linked to the one before by a keyed hash. Every day the heads of both chains are signed and given away; what is signed is called an anchor. Whoever changes, removes or inserts a row is found out by verifying.
seal-late = For more than 48 hours nobody outside has taken an anchor of the seal. Please ask the operator to check the folder that receives anchors.
seal-key = Public key that anchors are signed with
seal-code = Short code of the last anchor
seal-last = Last anchors
seal-none = There is no anchor yet.
seal-at = When
seal-short = Short code
seal-responses = Responses
seal-audit = Audit rows
seal-receivers = Taken outside by
seal-how = How to verify
seal-how-run = The operator runs this command on the server, with an anchor file that the inspectorate kept. It says “whole”, or names each place that is not.
seal-how-paper = The short code on a printed report serves as well, with --code instead of --anchor.
nav-seal = Seal
results-seal = Code of the seal: { $code }
