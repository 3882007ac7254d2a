using Bongsu.Response.Incidents;
using Bongsu.Server.Configuration;
using Bongsu.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Server.Tests.Hosting;

public sealed class ServerPartsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bongsu-parts-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Incidents_are_known_before_anybody_can_ask()
    {
        await using (var parts = await OpenAsync())
            await parts.Response.IncidentLog.OpenAsync(new IncidentEvent("opened", "", 100, "ann") { Title = "Search is slow", Severity = 3 }, default);

        await using var again = await OpenAsync();
        Assert.Equal("Search is slow", again.Response.IncidentLog.Find("INC-1")?.Title);
    }

    private Task<ServerParts> OpenAsync()
    {
        var options = new ServerOptionsReader(s => s == Setting.Data ? _directory : s == Setting.Config ? Path.Combine(_directory, "config") : null, _ => null).Read();
        return ServerParts.OpenAsync(options, DefinitionCheck.Read(options.ConfigDirectory, experimentalPromQl: false), NullLoggerFactory.Instance, TimeProvider.System, default);
    }
}
