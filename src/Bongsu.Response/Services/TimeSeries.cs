namespace Bongsu.Response.Services;

/// <summary>Times and values in parallel; null where there is no data.</summary>
public sealed record TimeSeries(string Name, IReadOnlyDictionary<string, string> Labels, string Query, IReadOnlyList<long> Times, IReadOnlyList<double?> Values);
