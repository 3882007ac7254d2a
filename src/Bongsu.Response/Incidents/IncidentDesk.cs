using System.Globalization;

namespace Bongsu.Response.Incidents;

/// <summary>An incident after an action, or why the action was refused.</summary>
/// <param name="Code">Null when it was done; <c>notFound</c>, or what is wrong with the request.</param>
public sealed record IncidentActionResult(IncidentState? Incident, string? Code, string? Message);

/// <summary>What people do with incidents. Every action is in somebody's name. Thread-safe.</summary>
public sealed class IncidentDesk
{
    public const int MaxTitle = 200;
    public const int MaxText = 4000;
    public const int MaxServices = 20;
    public const int MaxName = 100;

    public static readonly IReadOnlyList<string> Roles = ["commander", "scribe", "communications"];

    private readonly IncidentLog _log;
    private readonly IncidentResponder _responder;
    private readonly Func<Func<Task<IncidentState>>, CancellationToken, Task<IncidentState>> _inTurn;
    private readonly TimeProvider _time;

    /// <param name="inTurn">Runs something between the responder's own calls.</param>
    internal IncidentDesk(IncidentLog log, IncidentResponder responder, Func<Func<Task<IncidentState>>, CancellationToken, Task<IncidentState>> inTurn, TimeProvider time)
    {
        (_log, _responder, _inTurn, _time) = (log, responder, inTurn, time);
    }

    public async Task<IncidentActionResult> OpenAsync(string? title, int? severity, IReadOnlyList<string>? services, string by, CancellationToken cancellationToken)
    {
        services ??= [];
        if (Problem("title", title, MaxTitle) is { } problem)
            return Refused("badTitle", problem);
        if (severity is not (>= 1 and <= 4))
            return Refused("badSeverity", $"severity {severity} is not 1, 2, 3 or 4");
        if (services.Count > MaxServices || services.Any(s => string.IsNullOrWhiteSpace(s) || s.Length > MaxTitle))
            return Refused("badServices", $"services must be at most {MaxServices} names of at most {MaxTitle} characters");
        var nowMs = NowMs();
        var incident = await _log.OpenAsync(new IncidentEvent("opened", "", nowMs, by)
        {
            Title = title!.Trim(),
            Severity = severity,
            Services = [.. services.Distinct()],
            Text = "Opened by hand",
            NextUpdateMs = nowMs + (long)IncidentPolicy.NextUpdateAfter(severity.Value).TotalMilliseconds,
        }, cancellationToken);
        return new IncidentActionResult(incident, null, null);
    }

    public Task<IncidentActionResult> AcknowledgeAsync(string id, string by, CancellationToken cancellationToken) =>
        AddAsync(Event("ack", id, by) with { Text = "Acknowledged" }, cancellationToken, i => i.AcknowledgedMs is null);

    public async Task<IncidentActionResult> NoteAsync(string id, string? text, string by, CancellationToken cancellationToken) =>
        Problem("text", text, MaxText) is { } problem ? Refused("badText", problem) : await AddAsync(Event("note", id, by) with { Text = text!.Trim() }, cancellationToken);

    public async Task<IncidentActionResult> StatusAsync(string id, string? status, string by, CancellationToken cancellationToken)
    {
        if (status is null || !status.All(char.IsAsciiLetter) || !Enum.TryParse<IncidentStatus>(status, ignoreCase: true, out var parsed))
            return Refused("badStatus", "status is not one of investigating, identified, monitoring, resolved");
        var word = parsed.ToString().ToLowerInvariant();
        var happened = Event(parsed == IncidentStatus.Resolved ? "resolved" : "status", id, by) with { Status = parsed, Text = $"Status: {word}", Texts = new Dictionary<string, string> { ["status"] = word } };
        if (parsed == IncidentStatus.Resolved && _log.Find(id) is { } incident)
            happened = happened with { Impact = _responder.ImpactOf(incident) };
        return await AddAsync(happened, cancellationToken, i => i.Status != parsed);
    }

    public async Task<IncidentActionResult> SeverityAsync(string id, int? severity, string? why, string by, CancellationToken cancellationToken)
    {
        if (severity is not (>= 1 and <= 4))
            return Refused("badSeverity", $"severity {severity} is not 1, 2, 3 or 4");
        if (why?.Length > MaxText)
            return Refused("badWhy", $"why has {why.Length} characters; the limit is {MaxText}");
        var text = string.IsNullOrWhiteSpace(why) ? $"SEV-{severity}" : $"SEV-{severity}: {why.Trim()}";
        return await AddAsync(Event("severity", id, by) with { Severity = severity, Text = text, Numbers = new Dictionary<string, double> { ["severity"] = severity.Value } }, cancellationToken);
    }

    public async Task<IncidentActionResult> RoleAsync(string id, string? role, string? name, string by, CancellationToken cancellationToken)
    {
        if (role is null || !Roles.Contains(role))
            return Refused("badRole", $"role is not one of {string.Join(", ", Roles)}");
        if (name is not null && Problem("name", name, MaxName) is { } problem)
            return Refused("badName", problem);
        var person = name?.Trim();
        return await AddAsync(Event("role", id, by) with
        {
            Role = role,
            Person = person,
            Text = person is null ? $"{role}: nobody" : $"{role}: {person}",
            Texts = person is null ? new Dictionary<string, string> { ["role"] = role } : new Dictionary<string, string> { ["role"] = role, ["name"] = person },
        }, cancellationToken);
    }

    public async Task<IncidentActionResult> NextUpdateAsync(string id, long? atMs, string by, CancellationToken cancellationToken)
    {
        var nowMs = NowMs();
        if (atMs is not { } at || at <= nowMs || at > nowMs + (long)TimeSpan.FromDays(7).TotalMilliseconds)
            return Refused("badTime", $"atMs {atMs} is not within the next 7 days; it is ms since the epoch, now {nowMs}");
        var text = string.Create(CultureInfo.InvariantCulture, $"Next update promised for {DateTimeOffset.FromUnixTimeMilliseconds(at):yyyy-MM-dd HH:mm} UTC");
        return await AddAsync(Event("nextUpdate", id, by) with { NextUpdateMs = at, Text = text, Numbers = new Dictionary<string, double> { ["atMs"] = at } }, cancellationToken);
    }

    public async Task<IncidentActionResult> TriageAsync(string id, string by, CancellationToken cancellationToken)
    {
        if (_log.Find(id) is not { } incident)
            return NotFound(id);
        return incident.Services.Count == 0
            ? Refused("noService", "the incident names no service to look at")
            : new IncidentActionResult(await _inTurn(() => _responder.TriageAsync(incident, by, cancellationToken), cancellationToken), null, null);
    }

    private async Task<IncidentActionResult> AddAsync(IncidentEvent happened, CancellationToken cancellationToken, Func<IncidentState, bool>? when = null)
    {
        // Saying again what holds already is no error and no second line.
        var incident = await _log.AddAsync(happened, cancellationToken, when) ?? _log.Find(happened.Incident);
        return incident is null ? NotFound(happened.Incident) : new IncidentActionResult(incident, null, null);
    }

    private static IncidentActionResult NotFound(string id) => Refused("notFound", $"there is no incident {(id.Length <= 40 ? id : id[..40] + "…")}");

    private static IncidentActionResult Refused(string code, string message) => new(null, code, message);

    private static string? Problem(string name, string? text, int limit) =>
        string.IsNullOrWhiteSpace(text) ? $"{name} is empty" : text.Length > limit ? $"{name} has {text.Length} characters; the limit is {limit}" : null;

    private IncidentEvent Event(string kind, string id, string by) => new(kind, id, NowMs(), by);

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
