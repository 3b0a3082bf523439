//! One call out of the bytes of a request: the JSON-RPC frame round the parameters.
//!
//! Reads in one pass; only when that fails are the bytes read again to tell bad JSON from wrong
//! types. Must not know: what a method does.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::error::{CODE_NO_CALL, CODE_NO_METHOD, CODE_PARSE, Refusal};
use super::method::Method;
use super::wire::{Given, Id, Params, Text};

/// A request, read.
pub(super) struct Call<'a> {
    pub(super) id: Id<'a>,
    /// The method's name as sent, empty when there is none.
    pub(super) name: Cow<'a, str>,
    pub(super) visa: Option<Cow<'a, str>>,
    pub(super) params: Params,
    /// Paths of members that do not exist, for the method called.
    pub(super) unknown: Vec<String>,
    /// What is wrong with the frame or with a type, if anything.
    pub(super) wrong: Option<Refusal>,
}

/// The frame as it comes.
#[derive(Default)]
struct Frame<'a> {
    id: Id<'a>,
    jsonrpc: bool,
    method: Option<Cow<'a, str>>,
    visa: Option<Cow<'a, str>>,
    params: Option<Params>,
    unknown: Vec<String>,
}

impl<'a> Call<'a> {
    /// Reads a request's bytes; whatever is wrong is said in `wrong`.
    pub(super) fn read(body: &'a [u8]) -> Self {
        match serde_json::from_slice::<Frame<'a>>(body) {
            Ok(frame) => Self::of(frame),
            Err(error) => Self::of_broken(body, &error),
        }
    }

    /// The method, if it exists.
    pub(super) fn method(&self) -> Option<Method> {
        Method::from_name(&self.name)
    }

    fn of(frame: Frame<'a>) -> Self {
        let mut call = Call {
            id: frame.id,
            name: frame.method.unwrap_or_default(),
            visa: frame.visa,
            params: frame.params.unwrap_or_default(),
            unknown: frame.unknown,
            wrong: None,
        };
        call.wrong = if call.name.is_empty() {
            Some(Refusal::protocol(
                CODE_NO_CALL,
                "Invalid request: method is missing",
            ))
        } else if !frame.jsonrpc {
            Some(Refusal::protocol(
                CODE_NO_CALL,
                "Invalid request: jsonrpc is not \"2.0\"",
            ))
        } else {
            no_method(&call.name)
        };
        call.note_unknown();
        call
    }

    /// A request that the quick reading did not understand.
    fn of_broken(body: &[u8], error: &serde_json::Error) -> Self {
        let mut call = Call {
            id: Id::Null,
            name: Cow::default(),
            visa: None,
            params: Params::default(),
            unknown: Vec::new(),
            wrong: None,
        };
        let frame = match serde_json::from_slice::<Value>(body) {
            Err(error) => {
                let message = format!("Parse error: {error}");
                call.wrong = Some(Refusal::protocol(CODE_PARSE, message));
                return call;
            }
            Ok(frame) => frame,
        };
        let text = |member: &str| frame.get(member).and_then(Value::as_str).map(str::to_owned);
        call.id = match frame.get("id") {
            Some(Value::String(text)) => Id::Text(Cow::Owned(text.clone())),
            Some(Value::Number(number)) => number.as_i64().map_or(Id::Null, Id::Int),
            _ => Id::Null,
        };
        call.name = text("method").map(Cow::Owned).unwrap_or_default();
        call.visa = text("visa").map(Cow::Owned);
        call.wrong = if call.name.is_empty() {
            Some(Refusal::protocol(
                CODE_NO_CALL,
                format!("Invalid request: {error}"),
            ))
        } else {
            no_method(&call.name)
                .or_else(|| Some(Refusal::invalid(format!("Invalid parameter: {error}"))))
        };
        call
    }

    /// Gathers the members that do not exist, among them parameters of other methods.
    fn note_unknown(&mut self) {
        let Some(method) = self.method() else { return };
        let params = &self.params;
        let unknown = &mut self.unknown;
        for name in params.unknown.iter().map(String::as_str) {
            unknown.push(name.to_owned());
        }
        for name in params.given() {
            if !method.params().contains(&name) {
                unknown.push(name.to_owned());
            }
        }
        if let Some(info) = &params.partner_info {
            info.unknown_paths(&mut |path| unknown.push(path));
        }
        if let Some(info) = &params.account_info {
            unknown.extend(
                info.unknown
                    .iter()
                    .map(|name| format!("accountInfo.{name}")),
            );
        }
        if let Some(info) = &params.user_info {
            unknown.extend(info.unknown.iter().map(|name| format!("userInfo.{name}")));
        }
        if let Some(query) = &params.query {
            unknown.extend(query.unknown.iter().map(|name| format!("query.{name}")));
        }
        if let Some(range) = &params.range {
            unknown.extend(range.unknown.iter().map(|name| format!("range.{name}")));
        }
        if let Some(filter) = &params.partner_filter {
            unknown.extend(
                filter
                    .unknown
                    .iter()
                    .map(|name| format!("partnerFilter.{name}")),
            );
        }
    }
}

fn no_method(name: &str) -> Option<Refusal> {
    match Method::from_name(name) {
        Some(_) => None,
        None => Some(Refusal::protocol(
            CODE_NO_METHOD,
            format!("Method not found: {name}"),
        )),
    }
}

impl<'de> Deserialize<'de> for Frame<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Frame<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON-RPC request object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Frame<'de>, A::Error> {
                let mut frame = Frame::default();
                while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
                    match key.as_ref() {
                        "id" => frame.id = map.next_value()?,
                        "jsonrpc" => {
                            let version = map.next_value::<Option<Text<'de>>>()?;
                            frame.jsonrpc = version.is_some_and(|Text(text)| text == "2.0");
                        }
                        "method" => {
                            frame.method =
                                map.next_value::<Option<Text<'de>>>()?.map(|text| text.0);
                        }
                        "visa" => {
                            frame.visa = map.next_value::<Option<Text<'de>>>()?.map(|text| text.0);
                        }
                        "params" => {
                            frame.params = map.next_value().map_err(|error| {
                                de::Error::custom(format_args!("params: {error}"))
                            })?;
                        }
                        other => {
                            frame.unknown.push(format!("/{other}"));
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(frame)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{CODE_REFUSED, ErrorName};

    fn code(body: &str) -> Option<i32> {
        Call::read(body.as_bytes()).wrong.map(|wrong| wrong.code)
    }

    #[test]
    fn a_good_call_has_nothing_wrong() {
        let body = r#"{"jsonrpc":"2.0","id":"x","visa":"v","method":"AddPartner",
            "params":{"partnerInfo":{"Name":"Zeus & Sons","Company":{"PostAddress":{"Country":"GR"}}}}}"#;
        let call = Call::read(body.as_bytes());
        assert!(call.wrong.is_none());
        assert!(call.unknown.is_empty());
        assert_eq!(call.id, Id::Text("x".into()));
        assert_eq!(call.visa.as_deref(), Some("v"));
        assert_eq!(call.method(), Some(Method::AddPartner));
        let info = call.params.partner_info.unwrap();
        assert_eq!(info.name.as_deref(), Some("Zeus & Sons"));
    }

    #[test]
    fn broken_frames_have_the_codes_of_json_rpc() {
        assert_eq!(code("{"), Some(CODE_PARSE));
        assert_eq!(code(""), Some(CODE_PARSE));
        assert_eq!(code("[]"), Some(CODE_NO_CALL));
        assert_eq!(code(r#"{"jsonrpc":"2.0"}"#), Some(CODE_NO_CALL));
        assert_eq!(code(r#"{"method":"Login"}"#), Some(CODE_NO_CALL));
        assert_eq!(
            code(r#"{"jsonrpc":"2.0","method":"login"}"#),
            Some(CODE_NO_METHOD)
        );
        assert_eq!(
            code(r#"{"jsonrpc":"2.0","method":"Login","params":{"x":}}"#),
            Some(CODE_PARSE)
        );
    }

    #[test]
    fn wrong_types_are_invalid_parameters_that_name_the_member() {
        let body = r#"{"jsonrpc":"2.0","id":5,"visa":"v","method":"AddPartner",
            "params":{"partnerInfo":{"ParentId":"1000"}}}"#;
        let call = Call::read(body.as_bytes());
        let wrong = call.wrong.unwrap();
        assert_eq!(
            (wrong.code, wrong.name),
            (CODE_REFUSED, ErrorName::InvalidParameter)
        );
        assert!(
            wrong
                .message
                .contains("partnerInfo: ParentId: invalid type"),
            "{}",
            wrong.message
        );
        assert_eq!(call.id, Id::Int(5));
        assert_eq!(call.visa.as_deref(), Some("v"));
        for params in [
            r#"{"partnerInfo":{"ParentId":3000000000}}"#,
            r#"{"partnerInfo":{"ChildServiceTypes":"AllInclusive"}}"#,
            r#"{"partnerInfo":{"Name":5}}"#,
            r#"{"partnerInfo":{"Level":"endcustomer"}}"#,
            r#"{"partnerInfo":{"Company":[]}}"#,
            r#"{"partnerInfo":{"TrialExpirationTime":"2018-08-30"}}"#,
            r#"{"createDefaultAccount":"false"}"#,
            r"[1]",
        ] {
            let body = format!(r#"{{"jsonrpc":"2.0","method":"AddPartner","params":{params}}}"#);
            assert_eq!(code(&body), Some(CODE_REFUSED), "{params}");
        }
    }

    #[test]
    fn members_that_do_not_exist_are_noted_by_path() {
        let body = r#"{"jsonrpc":"2.0","Visa":"v","method":"AddPartner","params":{"visa":"v",
            "partnerId":1,"partnerInfo":{"Country":"Greece","name":"x","Company":{"Phone":"1",
            "PostAddress":{"Zip":"1"}},"AdvancedPartnerProperties":{"Region":1}}}}"#;
        assert_eq!(
            Call::read(body.as_bytes()).unknown,
            [
                "/Visa",
                "visa",
                "partnerId",
                "partnerInfo.Country",
                "partnerInfo.name",
                "partnerInfo.AdvancedPartnerProperties.Region",
                "partnerInfo.Company.Phone",
                "partnerInfo.Company.PostAddress.Zip",
            ]
        );
    }
}
