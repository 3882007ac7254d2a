namespace Bongsu.Query.LogQL;

/// <summary>A field found in lines: its type (string, int, float, boolean, duration, bytes), the values it had, and what reads it.</summary>
public sealed record DetectedField(string Name, string Type, IReadOnlyCollection<string> Values, IReadOnlyList<string> Parsers);
