namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>What one policy has said and decided since the start. Not thread-safe.</summary>
internal sealed class PolicyTally(string name, string type)
{
    public string Name { get; } = name;
    public string Type { get; } = type;

    /// <summary>Whether it belongs to the present plan.</summary>
    public bool IsPresent { get; set; } = true;

    /// <summary>Traces that it wanted, whoever decided.</summary>
    public long Sampled { get; set; }
    public long NotSampled { get; set; }
    public long Dropped { get; set; }
    public long KeptTraces { get; set; }
    public long KeptSpans { get; set; }
    public long DroppedTraces { get; set; }
    public long DroppedSpans { get; set; }
    /// <summary>Spans that came after the decision.</summary>
    public long LateKeptSpans { get; set; }
    public long LateDroppedSpans { get; set; }

    public PolicyCounts Counts() => new(Name, Type, Sampled, NotSampled, Dropped, KeptTraces, KeptSpans, DroppedTraces, DroppedSpans, LateKeptSpans, LateDroppedSpans) { IsPresent = IsPresent };
}
