using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Collects lines by the labels of their stream, in the order in which they come. Not thread-safe.</summary>
internal sealed class LineStreams
{
    private readonly Dictionary<LabelSet, List<LogLine>> _streams = [];
    private readonly Dictionary<LabelEntry[], List<LogLine>> _whole = [];

    public void Add(LineState line) =>
        Of(line).Add(new LogLine(line.TimeUnixNano, line.Line, Set(line.Labels(LabelCategory.Metadata))) { Parsed = line.Labels(LabelCategory.Parsed) });

    public List<LogStream> ToList() => [.. _streams.Select(s => new LogStream(s.Key, s.Value))];

    private List<LogLine> Of(LineState line)
    {
        // Fast path: lines whose stream stands as it was share the list of its labels.
        var isWhole = line.HasWholeStream();
        if (isWhole && _whole.TryGetValue(line.Stream, out var known))
            return known;
        var labels = Set(line.Labels(LabelCategory.Stream));
        if (!_streams.TryGetValue(labels, out var lines))
            _streams[labels] = lines = [];
        if (isWhole)
            _whole[line.Stream] = lines;
        return lines;
    }

    private static LabelSet Set(List<Label> labels)
    {
        if (labels.Count == 0)
            return LabelSet.Empty;
        var builder = new LabelSetBuilder();
        foreach (var label in labels)
            builder.Set(label.Name, label.Value);
        return builder.ToLabelSet();
    }
}
