using Bongsu.Response.Configuration;
using Bongsu.Response.Services;

namespace Bongsu.Response.Slos;

/// <summary>One pair of windows as the HTTP API shows it: the factor and the share of the budget it stands for, side by side.</summary>
public sealed record BurnWindowRow(string Long, string Short, double Factor, double BudgetSpent, double? BurnLong, double? BurnShort, bool Firing);

/// <summary>An objective as the HTTP API shows it.</summary>
public sealed record SloRow
{
    public required string Id { get; init; }
    public required string Service { get; init; }
    public required string Name { get; init; }
    public required double Objective { get; init; }
    public required string Window { get; init; }
    public required string Kind { get; init; }
    public required string Description { get; init; }
    public string? Owner { get; init; }
    public string? Runbook { get; init; }
    public required Figure Sli { get; init; }
    public double? BudgetLeft { get; init; }
    public double? BadEvents { get; init; }
    public double? AllowedBadEvents { get; init; }
    public double? TotalEvents { get; init; }
    public required IReadOnlyList<BurnWindowRow> Windows { get; init; }
    /// <summary><c>ok</c>, <c>burning</c>, <c>exhausted</c> or <c>noData</c>.</summary>
    public required string State { get; init; }
    public required GuardVerdict Guard { get; init; }
    public required string File { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }

    public static SloRow Of(SloStatus status, string? owner, string? runbook)
    {
        var slo = status.Slo;
        var count = status.Measure?.In(slo.Window);
        var hasEvents = count is { Total: > 0 };
        double? allowed = hasEvents ? count!.Value.Total * slo.ErrorBudget : null;
        double? left = hasEvents ? 1 - (count!.Value.Bad / allowed!.Value) : null;
        var window = DurationText.Format(slo.Window);
        return new SloRow
        {
            Id = slo.Id,
            Service = slo.Service,
            Name = slo.Name,
            Objective = slo.Objective,
            Window = window,
            Kind = slo.Kind,
            Description = slo.Description,
            Owner = owner,
            Runbook = runbook,
            Sli = new Figure(hasEvents ? 1 - count!.Value.Ratio : null, status.Measure?.Source is { } s ? $"1 - ({s.Ratio((long)slo.Window.TotalMilliseconds)})" : ""),
            BudgetLeft = left,
            BadEvents = count?.Bad,
            AllowedBadEvents = allowed,
            TotalEvents = count?.Total,
            Windows = [.. WindowRows(status)],
            State = StateOf(status, left),
            File = $"{slo.File}:{slo.Line}",
            Guard = status.Verdict?.Of("page")?.Guard ?? new GuardVerdict(null, "Not evaluated yet."),
            Warnings = [.. WarningsOf(status)],
        };
    }

    private static IEnumerable<BurnWindowRow> WindowRows(SloStatus status) => status.Pairs.Select((pair, i) =>
    {
        var verdict = status.Verdict?.Pairs[i];
        return new BurnWindowRow(DurationText.Format(pair.Long), DurationText.Format(pair.Short), pair.Factor, pair.BudgetSpent(status.Slo.Window), verdict?.BurnLong, verdict?.BurnShort, verdict?.Firing == true);
    });

    private static string StateOf(SloStatus status, double? left)
    {
        if (status.Verdict is null || status.Verdict.Pairs.All(p => p.Long is null))
            return "noData";
        return status.Verdict.Pairs.Any(p => p.Firing == true) ? "burning" : left <= 0 ? "exhausted" : "ok";
    }

    private static IEnumerable<string> WarningsOf(SloStatus status)
    {
        var measure = status.Measure;
        var unmeasured = measure?.Failure is { } failure ? $"It cannot be measured: {failure}"
            : measure is { Source: null } ? $"No telemetry of {status.Slo.Service} says how it is doing; its alerts stay as they are." : null;
        return status.Warnings.Concat(measure?.Source?.Warnings ?? []).Concat(unmeasured is null ? [] : [unmeasured]);
    }
}
