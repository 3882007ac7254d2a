namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>What the redact stage found; the name stands in the replacement (<c>[redacted:email]</c>), in the counters and in the rules file.</summary>
internal enum Finding : byte
{
    None,
    Password,
    Secret,
    Token,
    ApiKey,
    Authorization,
    Cookie,
    Credential,
    Header,
    Bearer,
    Basic,
    Jwt,
    AwsKey,
    PrivateKey,
    VendorToken,
    UrlPassword,
    Email,
    Phone,
    Card,
    Rrn,
    Key,
    Pattern,
}
