using Bongsu.Query.LogQL;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Api.Loki;

/// <summary>Lines by all their labels: of the stream, of the record, and what stages made of the line. Not thread-safe.</summary>
internal sealed class MergedStreams
{
    private readonly Dictionary<Label[], List<LogLine>> _groups = new(new SameLabels());
    private readonly List<Label> _labels = [];

    /// <summary>Lines under their labels sorted by name, in the order in which the first of each came.</summary>
    public IEnumerable<KeyValuePair<Label[], List<LogLine>>> Groups => _groups;

    public void Add(LogStream stream)
    {
        var own = stream.Labels.ToList();
        List<LogLine>? plain = null;
        foreach (var line in stream.Lines)
        {
            if (!line.Fields.IsEmpty || line.Parsed.Count > 0)
                Group(own, line).Add(line);
            else
                (plain ??= Group(own, line)).Add(line);
        }
    }

    private List<LogLine> Group(List<Label> own, LogLine line)
    {
        _labels.Clear();
        _labels.AddRange(own);
        if (!line.Fields.IsEmpty)
            _labels.AddRange(line.Fields.ToList());
        _labels.AddRange(line.Parsed);
        var labels = Sorted();
        if (!_groups.TryGetValue(labels, out var lines))
            _groups[labels] = lines = [];
        return lines;
    }

    // Of labels of one name the last counts, so the order of equals matters.
    private Label[] Sorted()
    {
        var labels = _labels.ToArray();
        var order = new int[labels.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, labels, new ByName(_labels));
        var count = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (count > 0 && labels[count - 1].Name == labels[i].Name)
                count--;
            labels[count++] = labels[i];
        }
        return count == labels.Length ? labels : labels[..count];
    }

    private sealed class ByName(List<Label> labels) : IComparer<int>
    {
        public int Compare(int a, int b)
        {
            var order = string.CompareOrdinal(labels[a].Name, labels[b].Name);
            return order != 0 ? order : a - b;
        }
    }

    private sealed class SameLabels : IEqualityComparer<Label[]>
    {
        public bool Equals(Label[]? a, Label[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(Label[] labels)
        {
            var hash = new HashCode();
            foreach (var (name, value) in labels)
            {
                hash.Add(name);
                hash.Add(value);
            }
            return hash.ToHashCode();
        }
    }
}
