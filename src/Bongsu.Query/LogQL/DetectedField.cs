namespace Bongsu.Query.LogQL;

/// <summary>A field found in lines: its type (string, int, float, boolean, duration, bytes), how many values it had, and what reads it.</summary>
public sealed record DetectedField(string Name, string Type, int Cardinality, IReadOnlyList<string> Parsers);
