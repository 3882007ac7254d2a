using System.Net;

namespace Shop.Faults;

/// <summary><c>GET</c> and <c>POST /admin/faults/{name}</c>, for callers on this machine only.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this WebApplication app, string role, bool hasDatabase)
    {
        var admin = app.MapAdmin();
        admin.MapGet("/faults/{name}", (string name, FaultSwitches switches) =>
            Find(role, name) is { } fault ? Results.Ok(Describe(fault, switches, hasDatabase)) : Unknown(role, name));
        admin.MapPost("/faults/{name}", (string name, FaultSwitch wanted, FaultSwitches switches) =>
        {
            if (Find(role, name) is not { } fault)
                return Unknown(role, name);
            if (wanted.On && fault.NeedsDatabase && !hasDatabase)
                return Results.Problem($"{name} needs PostgreSQL; start {role} with SHOP_DB.", statusCode: StatusCodes.Status409Conflict);
            switches.Set(name, wanted.On);
            return Results.Ok(Describe(fault, switches, hasDatabase));
        });
    }

    /// <summary>The group of paths that only this machine may use.</summary>
    public static RouteGroupBuilder MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup("/admin");
        admin.AddEndpointFilter(async (call, next) =>
            call.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
                ? await next(call)
                : Results.Problem("Only from this machine.", statusCode: StatusCodes.Status403Forbidden));
        return admin;
    }

    private static ShopFault? Find(string role, string name) => ShopFaults.All.FirstOrDefault(f => f.Name == name && f.SwitchedAt == role);

    private static object Describe(ShopFault fault, FaultSwitches switches, bool hasDatabase) => new
    {
        fault.Name,
        fault.Description,
        Available = hasDatabase || !fault.NeedsDatabase,
        On = switches.IsOn(fault.Name),
        Until = switches.Until(fault.Name),
    };

    private static IResult Unknown(string role, string name)
    {
        var known = string.Join(", ", ShopFaults.All.Where(f => f.SwitchedAt == role).Select(f => f.Name));
        return Results.Problem($"{role} has no fault '{name}'; it has: {(known.Length == 0 ? "none" : known)}.", statusCode: StatusCodes.Status404NotFound);
    }

    private sealed record FaultSwitch(bool On);
}
