namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>
/// Keys whose value is a secret whatever it looks like. Case, '-', '_' and '.' do not count, and the ending decides: <c>db.Password</c>,
/// <c>X-Api-Key</c>, <c>refresh_token</c>. Immutable.
/// </summary>
internal sealed class SensitiveKeys
{
    public const int MaxKeyBytes = 64;

    private static readonly (string Ending, Finding Finding)[] s_builtIn =
    [
        ("password", Finding.Password), ("passwd", Finding.Password), ("pwd", Finding.Password), ("passphrase", Finding.Password), ("passcode", Finding.Password),
        ("secret", Finding.Secret), ("privatekey", Finding.Secret), ("secretkey", Finding.Secret), ("secretaccesskey", Finding.Secret), ("signingkey", Finding.Secret),
        ("encryptionkey", Finding.Secret), ("accountkey", Finding.Secret), ("sharedaccesskey", Finding.Secret), ("token", Finding.Token), ("jwt", Finding.Token),
        ("apikey", Finding.ApiKey), ("accesskey", Finding.ApiKey), ("authkey", Finding.ApiKey), ("authorization", Finding.Authorization),
        ("cookie", Finding.Cookie), ("cookies", Finding.Cookie), ("sessionid", Finding.Cookie), ("credential", Finding.Credential), ("credentials", Finding.Credential),
    ];

    // Tokens that are no secrets: where a page begins, how work is called off.
    private static readonly string[] s_harmless = ["pagetoken", "continuationtoken", "cancellationtoken", "synctoken", "nexttoken"];

    private readonly (byte[] Ending, Finding Finding)[] _endings;
    private readonly byte[][] _harmless;

    // Which two bytes a sensitive key can end with, one bit for each pair: rules out nearly every key at the cost of one load.
    private readonly ulong[] _lastPairs = new ulong[1024];

    public SensitiveKeys(IEnumerable<string> more, IEnumerable<string> harmless, IReadOnlySet<Finding> disabled)
    {
        _endings =
        [
            .. s_builtIn.Where(key => !disabled.Contains(key.Finding)).Select(key => (System.Text.Encoding.ASCII.GetBytes(key.Ending), key.Finding)),
            .. more.Select(key => (System.Text.Encoding.UTF8.GetBytes(Normal(key)), Finding.Key)),
        ];
        _harmless = [.. s_harmless.Concat(harmless.Select(Normal)).Select(System.Text.Encoding.UTF8.GetBytes)];
        foreach (var (ending, _) in _endings)
            AddLastPair(ending);
    }

    // Hot path: 0 B/op (see RedactionBenchmark, AllocationTests)
    public Finding Match(ReadOnlySpan<byte> key) => key.IsEmpty || !MayEnd(key) ? Finding.None : MatchEnding(key);

    /// <summary>Whether bytes that end like this may be a sensitive key; a byte that does not count there, or too short a key, rules nothing out.</summary>
    public bool MayEnd(ReadOnlySpan<byte> key)
    {
        if (key.Length < 2 || IsIgnored(key[^1]) || IsIgnored(key[^2]))
            return true;
        var pair = Lower(key[^2]) << 8 | Lower(key[^1]);
        return (_lastPairs[pair >> 6] >> (pair & 63) & 1) != 0;
    }

    private void AddLastPair(byte[] ending)
    {
        if (ending.Length >= 2)
        {
            var pair = ending[^2] << 8 | ending[^1];
            _lastPairs[pair >> 6] |= 1UL << (pair & 63);
            return;
        }
        // Why: of an ending of one byte nothing is known about the byte before.
        Array.Fill(_lastPairs, ulong.MaxValue);
    }

    private Finding MatchEnding(ReadOnlySpan<byte> key)
    {
        if (key.Length > MaxKeyBytes)
            key = key[^MaxKeyBytes..];
        Span<byte> normal = stackalloc byte[MaxKeyBytes];
        var length = 0;
        foreach (var b in key)
        {
            if (!IsIgnored(b))
                normal[length++] = Lower(b);
        }
        if (length == 0)
            return Finding.None;
        normal = normal[..length];
        foreach (var (ending, finding) in _endings)
        {
            if (length >= ending.Length && normal[^1] == ending[^1] && normal.EndsWith(ending))
                return IsHarmless(normal) ? Finding.None : finding;
        }
        return Finding.None;
    }

    private bool IsHarmless(ReadOnlySpan<byte> normal)
    {
        foreach (var harmless in _harmless)
        {
            if (normal.EndsWith(harmless))
                return true;
        }
        return false;
    }

    private static bool IsIgnored(byte b) => b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)' ';

    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    private static string Normal(string key) => key.Replace("-", "").Replace("_", "").Replace(".", "").ToLowerInvariant();
}
