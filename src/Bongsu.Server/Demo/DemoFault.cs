using System.Diagnostics;
using System.Text.Json;

namespace Bongsu.Server.Demo;

/// <summary>What can be broken in the shop, as `shop faults` tells it.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">What goes wrong.</param>
/// <param name="NeedsDatabase">Only with a PostgreSQL.</param>
/// <param name="Culprit">The service that triage should name.</param>
/// <param name="SwitchedAt">The service that switches it; null: a release is started beside the old one.</param>
internal sealed record DemoFault(string Name, string Description, bool NeedsDatabase, string Culprit, string? SwitchedAt)
{
    public static async Task<IReadOnlyList<DemoFault>> ReadAsync(CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [DemoPaths.Shop, "faults"]) { RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return JsonSerializer.Deserialize<List<DemoFault>>(text, JsonSerializerOptions.Web) ?? [];
    }
}
