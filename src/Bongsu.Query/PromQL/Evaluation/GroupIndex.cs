using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Numbers the groups of an aggregation in the order in which their first series come, by the bytes of the labels that make a group. Not thread-safe.</summary>
internal sealed class GroupIndex(LabelProjection projection)
{
    private readonly List<LabelSet> _groups = [];
    private readonly List<int> _next = [];
    private readonly Dictionary<ulong, int> _firstByHash = [];

    public int Count => _groups.Count;

    /// <summary>All series are of one group.</summary>
    public bool KeepsNothing => projection.KeepsNothing;

    public LabelSet Labels(int group) => _groups[group];

    /// <summary>The number of the group that a series belongs to.</summary>
    public int Of(LabelSet series)
    {
        var key = projection.Project(series);
        var hash = LabelHash.Of(key);
        if (!_firstByHash.TryGetValue(hash, out var group))
            group = -1;
        var first = group;
        while (group >= 0)
        {
            if (_groups[group].Bytes.SequenceEqual(key))
                return group;
            group = _next[group];
        }
        _groups.Add(LabelSet.FromCanonical(key));
        _next.Add(first);
        return _firstByHash[hash] = _groups.Count - 1;
    }
}
