using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>What one rule found of one service, in this half of the window and the one before. Not thread-safe: the owner locks.</summary>
internal sealed class RuleUse
{
    private const int MaxExampleChars = 200;

    // The attributes at fault are few; one that puts ids into its keys shall not make them many.
    private const int MaxKeys = 20;

    private long _now;
    private long _before;
    private Dictionary<ulong, (string Key, long Count)>? _keys;

    public long Count => _now + _before;

    public string Example { get; private set; } = "";

    public long FirstSeenMs { get; private set; }

    public long LastSeenMs { get; private set; }

    /// <summary>Forgets the example; the next offender is one.</summary>
    public void ForgetExample() => Example = "";

    /// <summary>Counts an offender; the first of a window is the example.</summary>
    public void Add(ReadOnlySpan<byte> example, long nowMs)
    {
        if (Count == 0)
            FirstSeenMs = nowMs;
        if (Example.Length == 0)
            Example = Shown(example);
        _now++;
        LastSeenMs = nowMs;
    }

    public void AddKey(ReadOnlySpan<byte> key)
    {
        _keys ??= [];
        var hash = LabelHash.Of(key);
        if (_keys.TryGetValue(hash, out var known))
            _keys[hash] = (known.Key, known.Count + 1);
        else if (_keys.Count < MaxKeys)
            _keys[hash] = (Text.Preview(key), 1);
    }

    public IReadOnlyList<LintKey> Keys()
    {
        var keys = new List<LintKey>();
        if (_keys is not null)
        {
            foreach (var (key, count) in _keys.Values)
                keys.Add(new LintKey(key, count));
        }
        keys.Sort(static (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Key, b.Key));
        return keys;
    }

    /// <summary>Begins the next half of the window.</summary>
    public void Turn()
    {
        (_before, _now) = (_now, 0);
        if (Count > 0)
            return;
        (Example, _keys) = ("", null);
    }

    private static string Shown(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(Text.Cut(text, MaxExampleChars * 4));
        if (shown.Length <= MaxExampleChars)
            return shown;
        var length = char.IsHighSurrogate(shown[MaxExampleChars - 2]) ? MaxExampleChars - 2 : MaxExampleChars - 1;
        return string.Concat(shown.AsSpan(0, length), "…");
    }
}
