using System.Globalization;
using Bongsu.Ingest;
using Bongsu.Telemetry;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/cardinality: what the active series consist of, and who uses up the budgets.</summary>
internal static class CardinalityApi
{
    private const int DefaultEntries = 20;
    private const int MaxEntries = 1000;

    public static void Map(IEndpointRouteBuilder routes, ITelemetryStore store, Func<int, SeriesBudgets> budgets, long limitOfMetric) =>
        routes.MapGet("/bongsu/v1/cardinality", async (HttpRequest request, CancellationToken cancellationToken) =>
        {
            var top = DefaultEntries;
            if (request.Query["limit"].ToString() is { Length: > 0 } text
                && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out top) || top is < 1 or > MaxEntries))
                return ApiErrors.BadRequest("badLimit", $"limit: give a whole number from 1 to {MaxEntries}");
            return Results.Ok(CardinalityReport.Of(await store.Metrics.CardinalityAsync(top, cancellationToken), budgets(top), limitOfMetric));
        });
}
