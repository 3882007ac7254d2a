using Bongsu.Ingest;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/budgets: what services have sent today beside what they may send.</summary>
internal static class BudgetsApi
{
    private const long DayMs = 86_400_000;

    public static void Map(IEndpointRouteBuilder routes, IngestService ingest, TimeProvider time) =>
        routes.MapGet("/bongsu/v1/budgets", (HttpRequest request) =>
        {
            var service = request.Query["service"].ToString();
            var (dayMs, nowMs) = (ingest.TodayMs, time.GetUtcNow().ToUnixTimeMilliseconds());
            IEnumerable<DailyUse> uses = ingest.DailyUse();
            if (service.Length > 0)
                uses = uses.Where(u => u.Service == service);
            var rows = uses.OrderByDescending(u => u.State == BudgetState.Over).ThenByDescending(u => u.Used).ThenByDescending(u => u.Bytes).ThenBy(u => u.Service, StringComparer.Ordinal)
                .Select(use => BudgetRow.Of(use, dayMs, nowMs));
            return Results.Ok(new { dayMs, resetsMs = dayMs + DayMs, asOfMs = nowMs, file = BudgetFile.Name, budgets = rows });
        });
}
