namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>A value that a line gave.</summary>
internal readonly record struct Sample(long TimeUnixNano, double Value);
