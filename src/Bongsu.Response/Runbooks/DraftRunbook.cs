using System.Globalization;
using Bongsu.Response.Configuration;
using Bongsu.Response.Slos;

namespace Bongsu.Response.Runbooks;

/// <summary>The runbook that an objective has until somebody writes one: what the page means, the first query, whom to call.</summary>
internal static class DraftRunbook
{
    public static string NameOf(SloSpec slo) => $"draft-{slo.Id}";

    public static Runbook Of(SloSpec slo, string? owner, string? query)
    {
        var what = slo.Sli switch
        {
            Sli.Latency latency => $"requests to `{slo.Service}` take longer than {DurationText.Format(latency.Threshold)}",
            Sli.Availability => $"requests to `{slo.Service}` fail",
            _ => $"events of `{slo.Service}` are bad",
        };
        var allowed = (slo.ErrorBudget * 100).ToString("0.####", CultureInfo.InvariantCulture);
        var title = $"DRAFT: {slo.Service} {slo.Name}";
        var markdown = $"""
            # {title}

            Nobody has written this runbook yet. To replace this draft, add `runbooks/NAME.md` and name it in `{slo.File}` line {slo.Line} as `runbook: NAME`.

            ## What it means

            More than its share of {what}. {allowed} % may, over {DurationText.Format(slo.Window)}. {slo.Description}

            ## First query

            {(string.IsNullOrEmpty(query) ? "None yet: no telemetry of the service has been seen." : $"```promql\n{query}\n```")}

            ## Who to call

            {owner ?? $"Nobody is named. Add `owner:` to the objective, or to `{slo.Service}` in `services.yaml`."}
            """;
        return new Runbook(NameOf(slo), title, markdown, "");
    }
}
