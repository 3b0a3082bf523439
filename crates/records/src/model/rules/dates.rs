//! Rules of one cell's date (V300 to V399).

catalogue! {
    DATE_UNREADABLE = Error "V301" "date-unreadable" {
        what: "The value is not a date that can be read.",
        why: "A trial that ends on the wrong day costs money or cuts off a customer.",
        example: "`end of March`",
        fix: "Write the date as `2026-03-31`, with a time as `2026-03-31T12:00:00Z`, or in Unix seconds.",
    }
    DATE_AMBIGUOUS = Error "V302" "date-ambiguous" {
        what: "The value can be read as two different dates.",
        why: "Day and month are written in different orders in different countries.",
        example: "`03/04/2026` is 3 April or 4 March.",
        fix: "Write the date as `2026-04-03`.",
    }
    DATE_OUT_OF_RANGE = Error "V303" "date-out-of-range" {
        what: "The date is outside the range that the service can store, or the number is in milliseconds.",
        why: "Times are Unix seconds from 1970 on.",
        example: "`1535673599000`",
        fix: "Write the date as `2018-08-30`; drop the last three digits of milliseconds.",
    }
    TRIAL_ENDS_BEFORE_START = Error "V304" "trial-ends-before-start" {
        what: "The trial expires before it is registered.",
        why: "The two cells were swapped, or one of them is wrong.",
        example: "TrialRegistrationTime `2026-04-30`, TrialExpirationTime `2026-04-01`.",
        fix: "Correct one of the two dates.",
    }
}
