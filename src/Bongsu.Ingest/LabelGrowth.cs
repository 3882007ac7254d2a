namespace Bongsu.Ingest;

/// <summary>A label, and about how many different values it had on new and refused series within the last hour or two.</summary>
public sealed record LabelGrowth(string Label, long Values);
