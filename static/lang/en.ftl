lang-name = English

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

import-bad-name = { import-cell }: “{ $value }” is not a name; expected plain letters, digits and the marks _ - . , at most 64 characters.
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
