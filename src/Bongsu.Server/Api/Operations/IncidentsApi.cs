using Bongsu.Response;
using Bongsu.Response.Incidents;

namespace Bongsu.Server.Api.Operations;

/// <summary>GET and POST /bongsu/v1/incidents, and what people do with one.</summary>
internal static class IncidentsApi
{
    public static void Map(IEndpointRouteBuilder routes, ResponseRuntime response)
    {
        routes.MapGet("/bongsu/v1/incidents", (HttpRequest request) => request.Query["status"].ToString() switch
        {
            "open" => ResponseAnswer.Of(new { incidents = response.Incidents.All(openOnly: true) }),
            "" or "all" => ResponseAnswer.Of(new { incidents = response.Incidents.All(openOnly: false) }),
            var text => ApiErrors.BadRequest("badStatus", $"status: \"{TimeParameter.Shown(text)}\" is neither open nor all"),
        });
        routes.MapGet("/bongsu/v1/incidents/{id}", async (string id, CancellationToken cancellationToken) =>
            await response.Incidents.DetailAsync(id, cancellationToken) is { } detail
                ? ResponseAnswer.Of(detail)
                : ApiErrors.NotFound("notFound", $"there is no incident {TimeParameter.Shown(id)}"));
        routes.MapPost("/bongsu/v1/incidents", (HttpRequest request, CancellationToken cancellationToken) =>
            ActAsync<OpenBody>(response, request, """{"title":"Search is slow","severity":3,"services":["search"]}""",
                (desk, body, by) => desk.OpenAsync(body.Title, body.Severity, body.Services, by, cancellationToken), cancellationToken));
        Action<NoBody>("ack", "{}", (desk, id, _, by, stop) => desk.AcknowledgeAsync(id, by, stop));
        Action<NoBody>("triage", "{}", (desk, id, _, by, stop) => desk.TriageAsync(id, by, stop));
        Action<NoteBody>("notes", """{"text":"Rolling back"}""", (desk, id, body, by, stop) => desk.NoteAsync(id, body.Text, by, stop));
        Action<StatusBody>("status", """{"status":"identified"}""", (desk, id, body, by, stop) => desk.StatusAsync(id, body.Status, by, stop));
        Action<SeverityBody>("severity", """{"severity":2,"why":"customers cannot pay"}""", (desk, id, body, by, stop) => desk.SeverityAsync(id, body.Severity, body.Why, by, stop));
        Action<RoleBody>("roles", """{"role":"commander","name":"Minji Kim"}""", (desk, id, body, by, stop) => desk.RoleAsync(id, body.Role, body.Name, by, stop));
        Action<NextUpdateBody>("next-update", """{"atMs":1795240800000}""", (desk, id, body, by, stop) => desk.NextUpdateAsync(id, body.AtMs, by, stop));

        void Action<T>(string name, string example, Func<IncidentDesk, string, T, string, CancellationToken, Task<IncidentActionResult>> act)
            where T : class, new() =>
            routes.MapPost($"/bongsu/v1/incidents/{{id}}/{name}", (string id, HttpRequest request, CancellationToken cancellationToken) =>
                ActAsync<T>(response, request, example, (desk, body, by) => act(desk, id, body, by, cancellationToken), cancellationToken));
    }

    private static async Task<IResult> ActAsync<T>(ResponseRuntime response, HttpRequest request, string example, Func<IncidentDesk, T, string, Task<IncidentActionResult>> act, CancellationToken cancellationToken)
        where T : class, new()
    {
        var (body, refusal) = await ResponseAnswer.BodyAsync<T>(request, example, cancellationToken);
        if (refusal is not null)
            return refusal;
        var result = await act(response.IncidentDesk, body!, ResponseAnswer.Actor(request.HttpContext));
        return result switch
        {
            { Incident: { } incident } => ResponseAnswer.Of(await response.Incidents.DetailAsync(incident, cancellationToken)),
            { Code: "notFound" } => ApiErrors.NotFound("notFound", result.Message!),
            _ => ApiErrors.BadRequest(result.Code!, result.Message!),
        };
    }

    private sealed record NoBody;

    private sealed record OpenBody
    {
        public string? Title { get; init; }
        public int? Severity { get; init; }
        public IReadOnlyList<string>? Services { get; init; }
    }

    private sealed record NoteBody
    {
        public string? Text { get; init; }
    }

    private sealed record StatusBody
    {
        public string? Status { get; init; }
    }

    private sealed record SeverityBody
    {
        public int? Severity { get; init; }
        public string? Why { get; init; }
    }

    private sealed record RoleBody
    {
        public string? Role { get; init; }
        public string? Name { get; init; }
    }

    private sealed record NextUpdateBody
    {
        public long? AtMs { get; init; }
    }
}
