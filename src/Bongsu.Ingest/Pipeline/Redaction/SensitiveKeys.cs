using System.Runtime.CompilerServices;

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

    // By the last byte; the order within decides between two that fit.
    private readonly (byte[] Ending, Finding Finding)[][] _byLast = new (byte[], Finding)[256][];
    private readonly byte[][] _harmless;

    // Which two bytes a sensitive key can end with, one bit for each pair: rules out nearly every key at the cost of one load.
    private readonly ulong[] _lastPairs = new ulong[1024];

    public SensitiveKeys(IEnumerable<string> more, IEnumerable<string> harmless, IReadOnlySet<Finding> disabled)
    {
        (byte[] Ending, Finding Finding)[] endings =
        [
            .. s_builtIn.Where(key => !disabled.Contains(key.Finding)).Select(key => (System.Text.Encoding.ASCII.GetBytes(key.Ending), key.Finding)),
            .. more.Select(key => (System.Text.Encoding.UTF8.GetBytes(Normal(key)), Finding.Key)),
        ];
        _harmless = [.. s_harmless.Concat(harmless.Select(Normal)).Select(System.Text.Encoding.UTF8.GetBytes)];
        foreach (var (ending, _) in endings)
            AddLastPair(ending);
        for (var last = 0; last < _byLast.Length; last++)
            _byLast[last] = [.. endings.Where(e => e.Ending.Length > 0 && e.Ending[^1] == last)];
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
        var end = key.Length;
        while (end > 0 && IsIgnored(key[end - 1]))
            end--;
        if (end == 0)
            return Finding.None;
        var before = end > 1 && !IsIgnored(key[end - 2]) ? Lower(key[end - 2]) : (byte)0;
        foreach (var (ending, finding) in _byLast[Lower(key[end - 1])])
        {
            // Fast path: another letter before the last.
            if (before != 0 && ending.Length > 1 && ending[^2] != before)
                continue;
            if (EndsWith(key, ending))
                return IsHarmless(key) ? Finding.None : finding;
        }
        return Finding.None;
    }

    private bool IsHarmless(ReadOnlySpan<byte> key)
    {
        foreach (var harmless in _harmless)
        {
            if (EndsWith(key, harmless))
                return true;
        }
        return false;
    }

    private static bool EndsWith(ReadOnlySpan<byte> key, ReadOnlySpan<byte> ending)
    {
        var at = key.Length;
        for (var i = ending.Length - 1; i >= 0; i--)
        {
            do
                at--;
            while (at >= 0 && IsIgnored(key[at]));
            if (at < 0 || Lower(key[at]) != ending[i])
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsIgnored(byte b) => b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)' ';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;

    private static string Normal(string key) => key.Replace("-", "").Replace("_", "").Replace(".", "").ToLowerInvariant();
}
