namespace Bongsu.Ingest.Scrape.Relabel;

/// <summary>A relabelling rule as a person wrote it; what is left out has Prometheus' defaults.</summary>
public sealed record RelabelRuleText
{
    public const string DefaultSeparator = ";";
    public const string DefaultRegex = "(.*)";
    public const string DefaultReplacement = "$1";

    public RelabelAction Action { get; init; } = RelabelAction.Replace;
    public IReadOnlyList<string> SourceLabels { get; init; } = [];
    public string Separator { get; init; } = DefaultSeparator;
    public string Regex { get; init; } = DefaultRegex;
    public ulong Modulus { get; init; }
    public string TargetLabel { get; init; } = "";
    public string Replacement { get; init; } = DefaultReplacement;
}
