using System.Text.RegularExpressions;

namespace Bongsu.Ingest.Pipeline.Redaction;

/// <summary>A rule of the user's own: an expression that runs in linear time, and what takes the place of its matches.</summary>
internal sealed record RedactionPattern(string Name, Regex Expression)
{
    public string Replacement { get; } = $"[redacted:{Name}]";
}
