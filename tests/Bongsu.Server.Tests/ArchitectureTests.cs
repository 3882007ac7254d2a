using System.Xml.Linq;

namespace Bongsu.Server.Tests;

/// <summary>The edges between projects are the architecture (ARCHITECTURE.md); a new one is a decision, not an accident.</summary>
public sealed class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("Bongsu.Telemetry")]
    [InlineData("Bongsu.Ingest", "Bongsu.Telemetry")]
    [InlineData("Bongsu.Storage", "Bongsu.Telemetry")]
    [InlineData("Bongsu.Query", "Bongsu.Telemetry")]
    [InlineData("Bongsu.Response", "Bongsu.Query", "Bongsu.Telemetry")]
    [InlineData("Bongsu.AspNetCore")]
    [InlineData("Bongsu.Server", "Bongsu.AspNetCore", "Bongsu.Ingest", "Bongsu.Query", "Bongsu.Response", "Bongsu.Storage", "Bongsu.Telemetry")]
    public void AProjectKnowsOnlyWhatStandsBeforeIt(string project, params string[] references)
    {
        var file = XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj"));
        var found = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))).Order();
        Assert.Equal(references, found);
    }

    [Theory]
    [InlineData("Bongsu.Telemetry")]
    [InlineData("Bongsu.Ingest")]
    [InlineData("Bongsu.Storage")]
    [InlineData("Bongsu.Query")]
    [InlineData("Bongsu.AspNetCore")]
    public void EnginesAndLibraryNeedNoPackages(string project) =>
        Assert.Empty(XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj")).Descendants("PackageReference"));

    [Fact]
    public void ThePageKnowsTheHttpApiOnly()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "web", "src"), "*.ts*", SearchOption.AllDirectories);
        Assert.DoesNotContain(sources, file => File.ReadAllText(file).Contains("/src/Bongsu.", StringComparison.Ordinal));
    }

    [Fact]
    public void TheArchitecturePageIsShortAndItsLinksLeadSomewhere()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "ARCHITECTURE.md"));
        Assert.True(lines.Length <= 150, $"{lines.Length} lines");
        var links = System.Text.RegularExpressions.Regex.Matches(string.Join('\n', lines), @"\]\(([^)#:]+)\)").Select(m => m.Groups[1].Value);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Root, link)), link));
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Bongsu.slnx")))
            directory = directory.Parent;
        return directory.FullName;
    }
}
