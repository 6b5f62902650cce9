//! The provider of single sign-on (OpenID Connect): where it asks people who they are, and whether what it says is to
//! be believed. What it publishes is read anew for each sign-in, which is seldom enough: a key that it changes counts at
//! once.

use std::pin::Pin;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::clock;
use crate::error::{Error, Result};
use crate::flow::people::identity::Identity;

/// Which signatures are believed; `none` and those made with the client's own secret are not among them.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// Ways of showing who one is (RFC 8176) that a password alone is not: several factors, a code, a key or card, a part of
/// the body. A text message is not among them.
const SECOND_FACTORS: [&str; 9] = ["mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "iris", "retina"];
/// Classes of signing in that mean several factors, or a key that cannot be phished.
const CLASSES: [&str; 3] = ["phr", "phrh", "https://refeds.org/profile/mfa"];
/// Conversations with the provider at once: strangers can begin them.
const AT_ONCE: usize = 16;
const ANSWER_TIME: Duration = Duration::from_secs(10);
const ANSWER_BYTES: usize = 256 * 1024;
/// How much the clocks of provider and service may differ.
const CLOCKS_MS: i64 = 60_000;

/// What the operator set.
#[derive(Clone, PartialEq, Eq)]
pub struct Registration {
    /// The provider's address, as it names itself.
    pub issuer: String,
    /// The name it knows us by.
    pub client_id: String,
    /// The secret it knows us by.
    pub client_secret: String,
    /// What people call it.
    pub name: String,
    /// Whether it asks everybody for a second factor, whatever its tokens say.
    pub second_factor: bool,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registration").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// The provider, with the way to it.
#[derive(Debug)]
pub struct Provider {
    registration: Registration,
    back: RedirectUrl,
    way: Way,
    inside: Semaphore,
}

/// The way to the provider.
#[derive(Debug)]
struct Way(Client<HttpsConnector<HttpConnector>, Full<hyper::body::Bytes>>);

/// What a browser carries, sealed, from the way to the provider until it comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    began_ms: i64,
    /// Whether the provider was told to ask for the password again.
    pub again: bool,
    /// Where the person was going.
    pub to: String,
}

/// Why a request to the provider got no answer that can be used.
#[derive(Debug)]
struct NoAnswer(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no answer: {}", self.0)
    }
}

impl std::error::Error for NoAnswer {}

impl Provider {
    /// The provider of a registration; people come back to a page of this service at `own_url`.
    ///
    /// # Errors
    /// Conflict when an address is none, or the provider would be asked in the clear over a network.
    pub fn new(registration: Registration, own_url: &str) -> Result<Self> {
        let issuer = IssuerUrl::new(registration.issuer.clone())
            .map_err(|_| Error::Conflict(format!("«{}» is not the address of a provider", registration.issuer)))?;
        let here = matches!(issuer.url().host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if issuer.url().scheme() != "https" && !here {
            return Err(Error::Conflict(format!("the provider {} must be https", registration.issuer)));
        }
        let back = RedirectUrl::new(format!("{own_url}/sign-in/sso/back")).map_err(Error::internal)?;
        let roots = HttpsConnectorBuilder::new().with_native_roots()?;
        let schemes = if here { roots.https_or_http() } else { roots.https_only() };
        let connector = schemes.enable_http1().build();
        let way = Way(Client::builder(TokioExecutor::new()).build(connector));
        Ok(Self { registration, back, way, inside: Semaphore::new(AT_ONCE) })
    }

    /// Its address, as accounts are linked with.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.registration.issuer
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.registration.name
    }

    /// Where to send a browser, and what it has to bring back.
    ///
    /// # Errors
    /// Busy when the provider does not answer.
    pub async fn begin(&self, now_ms: i64, again: bool, to: String) -> Result<(String, Begun)> {
        let _inside = self.inside.try_acquire().map_err(|_| Error::Busy("provider"))?;
        let metadata = self.discover().await?;
        let draw = || data_encoding::BASE64URL_NOPAD.encode(&clock::random::<32>());
        let begun = Begun { state: draw(), nonce: draw(), verifier: draw(), began_ms: now_ms, again, to };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(begun.verifier.clone()));
        let client = CoreClient::from_provider_metadata(metadata, self.client_id(), Some(self.client_secret()))
            .set_redirect_uri(self.back.clone());
        let (state, nonce) = (CsrfToken::new(begun.state.clone()), Nonce::new(begun.nonce.clone()));
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .set_pkce_challenge(challenge);
        if again {
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        let (url, _, _) = request.url();
        Ok((url.to_string(), begun))
    }

    /// Who comes back with a code, when what the provider says of them can be believed; none when it cannot.
    ///
    /// # Errors
    /// Busy when the provider does not answer.
    pub async fn finish(&self, now_ms: i64, begun: &Begun, code: &str) -> Result<Option<Identity>> {
        let _inside = self.inside.try_acquire().map_err(|_| Error::Busy("provider"))?;
        let metadata = self.discover().await?;
        let keys = metadata.jwks().clone();
        let basic = metadata
            .token_endpoint_auth_methods_supported()
            .is_none_or(|known| known.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client = CoreClient::from_provider_metadata(metadata, self.client_id(), Some(self.client_secret()))
            .set_redirect_uri(self.back.clone())
            .set_auth_type(if basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        let Ok(request) = client.exchange_code(AuthorizationCode::new(code.to_owned())) else {
            return refuse("the provider has no place to exchange a code at");
        };
        let verifier = PkceCodeVerifier::new(begun.verifier.clone());
        let tokens = match request.set_pkce_verifier(verifier).request_async(&self.way).await {
            Ok(tokens) => tokens,
            Err(error) => return refuse(&error.to_string()),
        };
        let Some(token) = tokens.id_token() else { return refuse("the provider sent no token of identity") };
        let issuer = IssuerUrl::new(self.registration.issuer.clone()).map_err(Error::internal)?;
        let check = CoreIdTokenVerifier::new_confidential_client(self.client_id(), self.client_secret(), issuer, keys)
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || chrono::DateTime::from_timestamp_millis(now_ms).unwrap_or_default());
        let claims = match token.claims(&check, &Nonce::new(begun.nonce.clone())) {
            Ok(claims) => claims,
            Err(error) => return refuse(&error.to_string()),
        };
        let confirmed_ms = claims.auth_time().map_or(0, |at| at.timestamp_millis());
        if begun.again && confirmed_ms < begun.began_ms - CLOCKS_MS {
            return refuse("the provider did not ask for the password again");
        }
        let mut ways = claims.auth_method_refs().into_iter().flatten();
        let second_factor = self.registration.second_factor
            || ways.any(|way| SECOND_FACTORS.contains(&way.as_str()))
            || claims.auth_context_ref().is_some_and(|class| CLASSES.contains(&class.as_str()));
        let (issuer, subject) = (claims.issuer().to_string(), claims.subject().to_string());
        Ok(Some(Identity { issuer, subject, confirmed_ms, second_factor }))
    }

    fn client_id(&self) -> ClientId {
        ClientId::new(self.registration.client_id.clone())
    }

    fn client_secret(&self) -> ClientSecret {
        ClientSecret::new(self.registration.client_secret.clone())
    }

    async fn discover(&self) -> Result<CoreProviderMetadata> {
        let issuer = IssuerUrl::new(self.registration.issuer.clone()).map_err(Error::internal)?;
        CoreProviderMetadata::discover_async(issuer, &self.way).await.map_err(|error| {
            tracing::warn!(cause = %error, "the provider of single sign-on does not say what it is");
            Error::Busy("provider")
        })
    }
}

impl<'c> AsyncHttpClient<'c> for Way {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

impl Way {
    /// One request: within its time, with a bounded answer, following nobody anywhere else.
    async fn ask(&self, request: HttpRequest) -> std::result::Result<HttpResponse, NoAnswer> {
        let no = |error: Box<dyn std::error::Error + Send + Sync>| NoAnswer(error);
        let request = request.map(|body| Full::new(hyper::body::Bytes::from(body)));
        let answer = async {
            let (head, body) = self.0.request(request).await.map_err(|e| no(e.into()))?.into_parts();
            let body = Limited::new(body, ANSWER_BYTES).collect().await.map_err(no)?;
            Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(ANSWER_TIME, answer).await.map_err(|e| no(e.into()))?
    }
}

/// What cannot be believed is told in the log, without anything of the token.
fn refuse(why: &str) -> Result<Option<Identity>> {
    tracing::warn!(cause = why, "what a provider of single sign-on says is not believed");
    Ok(None)
}

impl Begun {
    /// Whether somebody comes back in time with the state that was sent along.
    #[must_use]
    pub fn is_of(&self, state: &str, now_ms: i64, longest_ms: i64) -> bool {
        (0..longest_ms).contains(&(now_ms - self.began_ms))
            && crate::domain::password::same(self.state.as_bytes(), state.as_bytes())
    }
}
