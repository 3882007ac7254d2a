using System.Buffers;
using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Pipeline.Redaction;

namespace Bongsu.Ingest.Tests.Pipeline;

/// <summary>The scan skips places that no rule can begin at: what is found is what a look at every trigger byte finds.</summary>
public sealed class RedactionScanTests
{
    private const int Texts = 20_000;

    private static readonly SearchValues<byte> s_triggers = SearchValues.Create("0123456789@=:JABbx_-"u8);

    // Whole secrets, the halves of secrets, and what stands around them.
    private static readonly string[] s_pieces =
    [
        "4111 1111 1111 1111", "5555555555554444", "3782-822463-10005", "900101-1234568", "9001011234568", "010-1234-5678", "01012345678", "02-123-4567", "+82 10-1234-5678", "+1", "+",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "eyJ", "yJ", "AKIAIOSFODNN7EXAMPLE", "ASIA", "AKI", "A", "Bearer a1b2c3d4e5", "bearer ", "bEaRer x1y2z3w4v5",
        "Basic dXNlcjpwYXNz", "basic", "ba", "be", "-----BEGIN RSA PRIVATE KEY-----", "-----END ", "-----", "--", "-", "ghp_abcdefghijklmnopqrstuvwxyz012345", "github_pat_11AAAAAAA0123456789abcdef",
        "sk_live_0123456789abcdefghij", "rk_live_", "sk_test_ab_0123456789abcdefghij", "xoxb-1234567890-abcdefghijkl", "xox", "xo", "x", "_", "gh", "k_", "t_", "h",
        "a.b+c@example.com", "@", "postgres://app:s3cr3t@db:5432", "://", "password=", "\"password\":\"", "\"token\": ", "\\\"api_key\\\":\\\"", "Authorization: ", "session_id=", "trace_id=", "pwd:", "DB_PWD=x1",
        "=", ":", "\"", "'", "\\", " ", ",", ".", "/", "{", "}", "[", "]", "\n", "0", "1", "00", "123", "0123", "4bf92f3577b34da6a3ce929d0e0e4736", "2026-11-21T10:20:30.123Z", "request", "한글", "é", "J", "B", "b",
    ];

    [Fact]
    public void NothingIsFoundOtherwiseThanByLookingEverywhere()
    {
        var random = new Random(11);
        var text = new StringBuilder();
        for (var i = 0; i < Texts; i++)
        {
            text.Clear();
            for (var piece = random.Next(1, 24); piece > 0; piece--)
                text.Append(s_pieces[random.Next(s_pieces.Length)]);
            AssertSame(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    [Fact]
    public void NothingIsFoundOtherwiseInBytesOfRulesAlone()
    {
        var random = new Random(12);
        for (var i = 0; i < Texts; i++)
        {
            var text = new byte[random.Next(100)];
            for (var at = 0; at < text.Length; at++)
                text[at] = "0123456789@=:JABbx_-+. yeoKSIROAghpkstrvaib\"T,"u8[random.Next(46)];
            AssertSame(text);
        }
    }

    [Fact]
    public void EveryPlaceInTheScanIsTheSame()
    {
        // A secret at each offset, so that it lies in, across and between the parts that are scanned as one.
        foreach (var piece in s_pieces)
        {
            for (var before = 0; before < 70; before++)
            {
                AssertSame(Encoding.UTF8.GetBytes(new string(' ', before) + piece + new string(' ', 70 - before)));
                AssertSame(Encoding.UTF8.GetBytes(new string('.', before) + piece));
            }
        }
    }

    [Fact]
    public void KeysAreSensitiveByTheirEndingWhateverStandsBetweenItsLetters() => Properties.Hold<byte[]>(noise =>
    {
        var random = new Random(noise?.Length ?? 0);
        foreach (var ending in (string[])["password", "sessionid", "secretaccesskey", "accesskey", "pagetoken", "token", "jwt", "cookie", "tokens", "_", ""])
        {
            var key = new StringBuilder(Convert.ToHexString(noise ?? []));
            foreach (var letter in ending)
                key.Append("-_. "[random.Next(4)], random.Next(2)).Append(random.Next(2) == 0 ? char.ToUpperInvariant(letter) : letter);
            if (RedactionRules.Default.Keys.Match(Encoding.ASCII.GetBytes(key.ToString())) != Expected(key.ToString()))
                return false;
        }
        return true;
    }, 500);

    private static Finding Expected(string key)
    {
        key = key.Length > SensitiveKeys.MaxKeyBytes ? key[^SensitiveKeys.MaxKeyBytes..] : key;
        var normal = new string([.. key.Where(c => c is not ('-' or '_' or '.' or ' '))]).ToLowerInvariant();
        (string Ending, Finding Finding)[] endings = [("password", Finding.Password), ("sessionid", Finding.Cookie), ("secretaccesskey", Finding.Secret), ("accesskey", Finding.ApiKey),
            ("pagetoken", Finding.None), ("token", Finding.Token), ("jwt", Finding.Token), ("cookie", Finding.Cookie)];
        return endings.FirstOrDefault(e => normal.EndsWith(e.Ending, StringComparison.Ordinal)).Finding;
    }

    private static void AssertSame(byte[] text)
    {
        var into = new ByteBuffer();
        var found = new TextRedactor(RedactionRules.Default).TryRedact(text, into) ? into.Span.ToArray() : text;
        Assert.Equal(Encoding.UTF8.GetString(Everywhere(text)), Encoding.UTF8.GetString(found));
    }

    private static byte[] Everywhere(byte[] text)
    {
        var redactor = new TextRedactor(RedactionRules.Default);
        var into = new List<byte>();
        int copied = 0, at = 0;
        while (at < text.Length && text.AsSpan(at).IndexOfAny(s_triggers) is >= 0 and var next)
        {
            at += next;
            if (!redactor.TryMatch(text, at, copied, out var hit))
            {
                at++;
                continue;
            }
            into.AddRange(text[copied..hit.Start]);
            var quote = hit.Quote switch { Quote.Plain => "\"", Quote.Escaped => "\\\"", _ => "" };
            into.AddRange(Encoding.UTF8.GetBytes($"{quote}{FindingNames.Replacement(hit.Finding)}{quote}"));
            copied = hit.End;
            at = Math.Max(hit.End, at + 1);
        }
        into.AddRange(text[copied..]);
        return [.. into];
    }
}
