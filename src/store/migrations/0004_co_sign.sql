-- Who stands behind a ticket without having reported it, to be found by person. Rows only come: whoever stood behind a
-- ticket once still does.
CREATE TABLE co_sign (
    person INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (person, ticket)
) STRICT, WITHOUT ROWID;

INSERT INTO co_sign (person, ticket)
SELECT json_extract(signer.value, '$[0]'), ticket.no FROM ticket, json_each(ticket.body, '$.co_signers') AS signer;
