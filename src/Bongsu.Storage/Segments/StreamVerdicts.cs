using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Storage.Segments;

/// <summary>Which streams pass the matchers of one selection: each is judged once, whichever of its blocks comes first. Thread-safe.</summary>
internal sealed class StreamVerdicts(IReadOnlyList<LabelMatcher> matchers)
{
    private readonly object _lock = new();
    private readonly ByteDictionary _streams = new();
    private readonly List<bool> _wanted = [];

    public bool Wants(ReadOnlySpan<byte> labels)
    {
        if (matchers.Count == 0)
            return true;
        lock (_lock)
        {
            if (_streams.TryAdd(labels, out var index))
                _wanted.Add(LabelMatcher.MatchesAll(matchers, LabelSet.FromCanonical(labels)));
            return _wanted[index];
        }
    }
}
