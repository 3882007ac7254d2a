using Bongsu.Response;
using Bongsu.Response.Alerting;
using Bongsu.Response.Incidents;
using Bongsu.Response.Releases;
using Bongsu.Response.Services;
using Bongsu.Server.Hosting;

namespace Bongsu.Server.Api.Operations;

/// <summary>What somebody woken up needs first, in one answer: <c>/bongsu/v1/now</c>.</summary>
internal static class NowApi
{
    /// <summary>How far back a change is still worth showing.</summary>
    private static readonly TimeSpan Changes = TimeSpan.FromHours(2);

    /// <summary>What the service figures and their sparklines cover.</summary>
    private static readonly TimeSpan Figures = TimeSpan.FromHours(1);

    // More open incidents than this are no longer read one by one.
    private const int MostIncidents = 20;

    private sealed record Now(
        long AsOfMs, bool HasData, SelfHealth Health, IReadOnlyList<IncidentDetail> Incidents, IReadOnlyList<Release> Changes,
        IReadOnlyList<ServiceRow> Services, int ServiceCount, IReadOnlyList<AlertRow> Firing, IReadOnlyList<string> Notes);

    public static void Map(IEndpointRouteBuilder routes, ResponseRuntime response, ServiceCatalog catalog, SelfHealthReader health, TimeProvider time) =>
        routes.MapGet("/bongsu/v1/now", async (CancellationToken cancellationToken) =>
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var services = await catalog.ListAsync(now - (long)Figures.TotalMilliseconds, now, cancellationToken);
            var incidents = new List<IncidentDetail>();
            foreach (var open in response.Incidents.All(openOnly: true).Take(MostIncidents))
            {
                if (await response.Incidents.DetailAsync(open.Id, cancellationToken) is { } detail)
                    incidents.Add(detail);
            }
            return ResponseAnswer.Of(new Now(
                now, services.Services.Count > 0, health.Read(), incidents, response.Releases.Between(now - (long)Changes.TotalMilliseconds, now),
                services.Services, services.Services.Count, response.Alerts.Firing, response.Notes));
        });
}
