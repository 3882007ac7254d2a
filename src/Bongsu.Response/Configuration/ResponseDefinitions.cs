using Bongsu.Response.Catalog;
using Bongsu.Response.Notify;
using Bongsu.Response.Rules;
using Bongsu.Response.Runbooks;
using Bongsu.Response.Slos;

namespace Bongsu.Response.Configuration;

/// <summary>Everything the owners define in files, as it holds now. Immutable; a reload makes a new one.</summary>
public sealed record ResponseDefinitions
{
    public required IReadOnlyList<SloSpec> Slos { get; init; }
    public required IReadOnlyList<RuleGroup> RuleGroups { get; init; }
    public required NotifyConfig Notify { get; init; }
    public required IReadOnlyList<CatalogService> Services { get; init; }
    public required IReadOnlyList<Runbook> Runbooks { get; init; }
    /// <summary>Set when every objective uses one profile whatever its file says.</summary>
    public BurnProfile? ProfileForAll { get; init; }

    public static readonly ResponseDefinitions Empty = new() { Slos = [], RuleGroups = [], Notify = NotifyConfig.None, Services = [], Runbooks = [] };

    public BurnProfile ProfileOf(SloSpec slo) => ProfileForAll ?? BurnProfile.Find(slo.Profile) ?? BurnProfile.Workbook;

    public CatalogService? ServiceOf(string name) => Services.FirstOrDefault(s => s.Name == name);

    public string? OwnerOf(SloSpec slo) => slo.Owner ?? ServiceOf(slo.Service)?.Owner;

    /// <summary>The runbook that the objective or its service names, else the draft made for it.</summary>
    public string RunbookOf(SloSpec slo) => slo.Runbook ?? ServiceOf(slo.Service)?.Runbook ?? DraftRunbook.NameOf(slo);

    public string DashboardOf(SloSpec slo) => slo.Dashboard ?? ServiceOf(slo.Service)?.Dashboard ?? $"/services/{Uri.EscapeDataString(slo.Service)}";
}
