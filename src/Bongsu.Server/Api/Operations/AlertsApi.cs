using Bongsu.Response;
using Bongsu.Response.Alerting;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET /bongsu/v1/alerts and /bongsu/v1/alerts/{id}.</summary>
internal static class AlertsApi
{
    public static void Map(IEndpointRouteBuilder routes, ResponseRuntime response)
    {
        routes.MapGet("/bongsu/v1/alerts", (HttpRequest request) =>
        {
            AlertState? state = null;
            switch (request.Query["state"].ToString())
            {
                case "" or "all":
                    break;
                case "pending":
                    state = AlertState.Pending;
                    break;
                case "firing":
                    state = AlertState.Firing;
                    break;
                case "resolved":
                    state = AlertState.Resolved;
                    break;
                case var text:
                    return ApiErrors.BadRequest("badState", $"state: \"{TimeParameter.Shown(text)}\" is not pending, firing, resolved or all");
            }
            return ResponseAnswer.Of(new { alerts = response.Alerts.All(state) });
        });
        routes.MapGet("/bongsu/v1/alerts/{id}", async (string id, CancellationToken cancellationToken) =>
            await response.Alerts.DetailAsync(id, cancellationToken) is { } detail
                ? ResponseAnswer.Of(detail.Row, ("decisions", detail.Decisions), ("deliveries", detail.Deliveries), ("value", detail.Value), ("threshold", detail.Threshold))
                : ApiErrors.NotFound("notFound", $"there is no alert {TimeParameter.Shown(id)}"));
    }
}
