using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Pipeline.Redaction;

namespace Bongsu.Ingest.Tests.Pipeline;

public sealed class RedactionTests
{
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

    [Theory]
    [InlineData("login password=hunter2 ok", "login password=[redacted:password] ok")]
    [InlineData("{\"user\":\"a\",\"password\":\"p\\\"q\",\"n\":1}", "{\"user\":\"a\",\"password\":\"[redacted:password]\",\"n\":1}")]
    [InlineData("{\"pin_password\": 1234, \"n\": 1}", "{\"pin_password\": \"[redacted:password]\", \"n\": 1}")]
    [InlineData("body={\\\"api_key\\\":\\\"k1\\\"}", "body={\\\"api_key\\\":\\\"[redacted:api-key]\\\"}")]
    [InlineData("GET /x?token=abc123&page=2", "GET /x?token=[redacted:token]&page=2")]
    [InlineData("Authorization: Bearer abc.def.ghi\nnext", "Authorization: [redacted:authorization]\nnext")]
    [InlineData("sent Bearer a1b2c3d4e5 to it", "sent Bearer [redacted:bearer] to it")]
    [InlineData("auth Basic dXNlcjpwYXNz done", "auth Basic [redacted:basic] done")]
    [InlineData("got " + Jwt + " back", "got [redacted:jwt] back")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE used", "key [redacted:aws-key] used")]
    [InlineData("postgres://app:s3cr3t@db:5432/shop", "postgres://app:[redacted:url-password]@db:5432/shop")]
    [InlineData("mail kim.min-su+x@example.co.kr now", "mail [redacted:email] now")]
    [InlineData("call 010-1234-5678 or 02-123-4567", "call [redacted:phone] or [redacted:phone]")]
    [InlineData("call 01012345678.", "call [redacted:phone].")]
    [InlineData("call +82 10-1234-5678 in 200ms", "call [redacted:phone] in 200ms")]
    [InlineData("card 4111 1111 1111 1111 paid", "card [redacted:card] paid")]
    [InlineData("card 5555555555554444", "card [redacted:card]")]
    [InlineData("amex 3782-822463-10005", "amex [redacted:card]")]
    [InlineData("rrn 900101-1234568 seen", "rrn [redacted:rrn] seen")]
    [InlineData("rrn 9001011234568", "rrn [redacted:rrn]")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\nafter", "[redacted:private-key]\nafter")]
    [InlineData("token ghp_abcdefghijklmnopqrstuvwxyz012345", "token [redacted:vendor-token]")]
    [InlineData("비밀 password: 한글암호 끝", "비밀 password: [redacted:password] 끝")]
    [InlineData("Server=db;User Id=sa;Pwd=S3cret;Encrypt=true", "Server=db;User Id=sa;Pwd=[redacted:password];Encrypt=true")]
    [InlineData("PWD=x1", "PWD=[redacted:password]")]
    [InlineData("DB_PWD=x1 dbPwd=x2 {\"pwd\":\"x3\"} ?pwd=x4&a=b", "DB_PWD=[redacted:password] dbPwd=[redacted:password] {\"pwd\":\"[redacted:password]\"} ?pwd=[redacted:password]&a=b")]
    [InlineData("db.pass-word=x1 P_W_D=x2", "db.pass-word=[redacted:password] P_W_D=[redacted:password]")]
    [InlineData("------BEGIN PRIVATE KEY-----\nMIIabc", "-[redacted:private-key]")]
    public void SecretsAreReplacedByTheirKind(string text, string clean) => Assert.Equal(clean, Redact(text));

    [Theory]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("trace_id=00f067aa0ba902b7 span_id=1234567890123456")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("2026-11-19T14:00:00.123456789Z took 12.5ms")]
    [InlineData("ts=1795096800000 ns=1795096800000000000 us=1795096800000000")]
    [InlineData("order 20261119000123 total 129000 items 3")]
    [InlineData("rrn-like 900101-1234567 with a wrong checksum")]
    [InlineData("card-like 4111 1111 1111 1112")]
    [InlineData("10.0.0.12:5432 -> 192.168.100.200:8080")]
    [InlineData("max_tokens=4096 next_page_token: abc")]
    [InlineData("the bearer of this basic idea, password authentication failed")]
    [InlineData("npm left-pad@1.3.0 at @scope/pkg, root@localhost")]
    [InlineData("{\"password\":null,\"token\":\"\"}")]
    [InlineData("version 1.2.3-rc.4 build 0123456789")]
    [InlineData("http://svc.local:8080/path?id=5#x")]
    [InlineData("password=[redacted:password]")]
    [InlineData("q9xWD/aPWD=<EtC")]
    [InlineData("Zm9vYmFyPWD=abcdef")]
    [InlineData("k3+pwd=abc /jwt:x !PWD=y")]
    [InlineData("aJwT=zz xpwd:1")]
    public void OrdinaryTextIsLeftAlone(string text) => Assert.Equal(text, Redact(text));

    [Fact]
    public void ASecretNeverSurvives()
    {
        string[] secrets = ["hunter2secret", "S3cr3tS3cr3t"];
        string[] forms = ["password={0}", "\"client_secret\": \"{0}\"", "x-api-key: {0}", "https://u:{0}@h/", "Authorization: Bearer {0}", "set-cookie={0}; path=/", "?access_token={0}&a=b"];
        Properties.Hold<string>(noise =>
        {
            // A quote before the key would open a string that ends elsewhere, and a key before it another pair; both are other texts.
            var before = new string([.. (noise ?? "").Where(c => !char.IsLetterOrDigit(c) && c is not ('"' or '\'' or '\\' or '=' or ':' or '@' or '/' or '[' or '{'))]);
            return secrets.All(secret => forms.All(form => !Redact($"{before} {string.Format(form, secret)} {noise}").Contains(secret)));
        });
    }

    [Fact]
    public void NumbersOfPlainIdsAreNotEaten() => Properties.Hold<Guid>(id =>
        Redact($"id={id} hex={id:N} n={id.GetHashCode()}") == $"id={id} hex={id:N} n={id.GetHashCode()}", 2000);

    [Fact]
    public void RedactingTwiceChangesNothing() => Properties.Hold<string>(text => Redact(Redact(text ?? "")) == Redact(text ?? ""), 1000);

    [Fact]
    public void ArbitraryBytesNeverThrow() => Properties.Hold<byte[]>(bytes =>
    {
        new TextRedactor(RedactionRules.Default).TryRedact(bytes, new ByteBuffer());
        return true;
    }, 2000);

    [Theory]
    [InlineData("authorization", "authorization")]
    [InlineData("http.request.header.authorization", "header")]
    [InlineData("http.request.header.x-custom", "header")]
    [InlineData("http.response.header.content-type", "")]
    [InlineData("http.request.header.content_type", "")]
    [InlineData("db.Password", "password")]
    [InlineData("X-Api-Key", "api-key")]
    [InlineData("session.id", "cookie")]
    [InlineData("http.route", "")]
    [InlineData("service.name", "")]
    [InlineData("gen_ai.usage.input_tokens", "")]
    public void KeysDecide(string key, string rule) => Assert.Equal(rule, FindingNames.Name(RedactionRules.Default.OfKey(Encoding.UTF8.GetBytes(key))));

    [Fact]
    public void ARulesFileAddsAndRemoves()
    {
        var rules = Parse("""
            {
              "disable": ["email"], // comments are taken
              "keys": ["customer-no"], "keepKeys": ["csrf-token"], "headers": ["x-tenant"],
              "patterns": {"employee": "E[0-9]{6}"}
            }
            """, out var problems);
        Assert.Empty(problems);
        Assert.Equal("a@b.com [redacted:employee] customer_no=[redacted:key] csrf_token=x", Redact("a@b.com E123456 customer_no=7 csrf_token=x", rules));
        Assert.Equal(Finding.None, rules!.OfKey("http.request.header.x-tenant"u8));
    }

    [Fact]
    public void AllProblemsOfARulesFileAreNamedWithTheirLine()
    {
        Assert.Null(Parse("{\n\"disable\": [\"nope\"],\n\"keys\": 5,\n\"typo\": 1,\n\"patterns\": {\"a\": \"(\", \"b\": \"x*\"}\n}", out var problems));
        Assert.Equal(["r.json:2", "r.json:3", "r.json:4", "r.json:5", "r.json:5"], problems.Select(p => p[..8]));
        Parse("{\n\"keys\": [", out problems);
        Assert.StartsWith("r.json:2: not valid JSON", Assert.Single(problems));
    }

    [Fact]
    public void HostileRepetitionTakesLinearWork()
    {
        foreach (var unit in new[] { "@", "eyJ.", "token:[", "bearer ", "x:y@", "xoxb-", "a@a", "+1", "4111 ", "token=", "-----BEGIN ", "://a:", "\"token\":\"", "-eyJaaaaaaaaaa", "a_b-x_h_", "token=\\\"[redacted:", "----", "pwd=[", "://@" })
            Redact(string.Concat(Enumerable.Repeat(unit, (1 << 20) / unit.Length)));
    }

    private static RedactionRules? Parse(string json, out IReadOnlyList<string> problems) => RedactionFile.Parse("r.json", Encoding.UTF8.GetBytes(json), out problems);

    private static string Redact(string text, RedactionRules? rules = null)
    {
        var into = new ByteBuffer();
        return new TextRedactor(rules ?? RedactionRules.Default).TryRedact(Encoding.UTF8.GetBytes(text), into) ? Encoding.UTF8.GetString(into.Span) : text;
    }
}
