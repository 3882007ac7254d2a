using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Response.Services;

/// <summary>Runs queries and keeps what went wrong as warnings. One reader serves one request; not thread-safe.</summary>
internal sealed class FigureReader(PromQlEngine engine, CancellationToken cancellationToken)
{
    private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Warnings => _warnings;

    /// <summary>One value; null when the query gives none, or several.</summary>
    public async Task<double?> OneAsync(string? query, long atMs) => await SplitAsync(query, atMs).ConfigureAwait(false) is [var only] ? only.Value : null;

    /// <summary>One value a group; groups whose value is no number are left out.</summary>
    public async Task<IReadOnlyList<(LabelSet Group, double Value)>> SplitAsync(string? query, long atMs)
    {
        if (query is null)
            return [];
        var answer = await engine.InstantAsync(query, atMs, cancellationToken).ConfigureAwait(false);
        Note(answer.Failure?.Message, answer.Warnings);
        return answer.Value switch
        {
            PromVector vector => [.. vector.Samples.Where(s => double.IsFinite(s.Point.Value)).Select(s => (s.Labels, s.Point.Value))],
            PromScalar scalar when double.IsFinite(scalar.Point.Value) => [(LabelSet.Empty, scalar.Point.Value)],
            _ => [],
        };
    }

    /// <summary>One value a group and step, null where there is none.</summary>
    public async Task<IReadOnlyList<(LabelSet Group, double?[] Values)>> RangeAsync(string? query, long fromMs, long toMs, long stepMs)
    {
        if (query is null)
            return [];
        var answer = await engine.RangeAsync(query, fromMs, toMs, stepMs, cancellationToken).ConfigureAwait(false);
        Note(answer.Failure?.Message, answer.Warnings);
        return answer.Value is { } matrix ? [.. matrix.Series.Select(s => (s.Labels, Align(s.Points, fromMs, toMs, stepMs)))] : [];
    }

    public static double?[] Nothing(long fromMs, long toMs, long stepMs) => new double?[((toMs - fromMs) / stepMs) + 1];

    private static double?[] Align(IReadOnlyList<PromPoint> points, long fromMs, long toMs, long stepMs)
    {
        var values = Nothing(fromMs, toMs, stepMs);
        foreach (var point in points)
        {
            var step = (point.TimestampMs - fromMs) / stepMs;
            if (step >= 0 && step < values.Length && double.IsFinite(point.Value))
                values[step] = point.Value;
        }
        return values;
    }

    private void Note(string? failure, IReadOnlyList<string> warnings)
    {
        if (failure is not null)
            _warnings.Add(failure);
        foreach (var warning in warnings)
            _warnings.Add(warning);
    }
}
