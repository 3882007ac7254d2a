namespace Bongsu.Response.Red;

/// <summary>What a figure is of: one service or all, narrowed by label values, split by labels.</summary>
/// <param name="Service">Null for every service of the source.</param>
public sealed record RedScope(string? Service)
{
    public static readonly RedScope All = new((string?)null);

    /// <summary>Labels with the exact value they must have; an empty value means the label is absent.</summary>
    public IReadOnlyList<(string Label, string Value)> Where { get; init; } = [];

    public IReadOnlyList<string> By { get; init; } = [];
}
