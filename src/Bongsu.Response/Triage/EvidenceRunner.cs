using Bongsu.Query.PromQL;

namespace Bongsu.Response.Triage;

/// <summary>Runs the query of each claim at both times, so that every number shown is one that the query gives.</summary>
internal sealed class EvidenceRunner(PromQlEngine engine)
{
    public async Task<Evidence> RunAsync(EvidenceDraft draft, TriageFindings findings, CancellationToken cancellationToken)
    {
        var fromMs = findings.Span.OnsetMs - findings.Span.Grid.BinMs;
        var toMs = findings.Span.EndMs;
        var before = await ValueAsync(draft.Query, fromMs, findings, cancellationToken).ConfigureAwait(false);
        var after = await ValueAsync(draft.Query, toMs, findings, cancellationToken).ConfigureAwait(false);
        var claim = draft.Claim(Text(before, draft.Unit), Text(after, draft.Unit));
        return new Evidence(draft.Code, claim, draft.Numbers, draft.Texts, draft.Supports, before, after, draft.Unit, draft.Share, draft.Query, "promql", fromMs, toMs);
    }

    private async Task<double?> ValueAsync(string query, long atMs, TriageFindings findings, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await engine.InstantAsync(query, atMs, cancellationToken).ConfigureAwait(false);
            if (answer.Failure is { } failure)
                findings.BlindSpots.Add($"a query failed, so its evidence has no numbers: {failure.Message}");
            return answer.Value is { } value ? Single(value) : null;
        }
        catch (OperationCanceledException)
        {
            if (!findings.BlindSpots.Contains(OutOfTime))
                findings.BlindSpots.Add(OutOfTime);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IOException)
        {
            findings.BlindSpots.Add($"a query failed, so its evidence has no numbers: {e.Message}");
            return null;
        }
    }

    private const string OutOfTime = "time ran out before every query had run; some evidence has no numbers";

    internal static double? Single(PromValue value) => value switch
    {
        PromScalar scalar => Finite(scalar.Point.Value),
        PromVector { Samples: [var only] } => Finite(only.Point.Value),
        _ => null,
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Text(double? value, string unit) => value is not { } v ? "nothing" : unit switch
    {
        "ratio" => TriageFindings.Percent(v),
        "s" => TriageFindings.Seconds(v),
        "/s" => v.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture) + "/s",
        _ => v.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture),
    };
}
