-- Days that are not as the week says: off, or worked instead. The four fixed days of the Labour Code are off without a row.
CREATE TABLE holidays (
    day BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
);
