using System.Diagnostics;

namespace Bongsu.Ingest.Tests.Decode.Exposition;

/// <summary>
/// Whole expositions under testdata/exposition, each with what a reader says of it in the .golden beside it. To add one: write the text, write what it
/// means, and have promtool agree that it is an exposition.
/// </summary>
public sealed class ExpositionFilesTests
{
    private const string Promtool = "/usr/bin/promtool";

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!).Where(f => !f.EndsWith(".golden", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Root(), "tests", "Bongsu.Ingest.Tests", "testdata", "exposition");

    [Theory]
    [MemberData(nameof(Files))]
    public void AFileReadsAsItsGoldenSays(string file)
    {
        var read = Exposed.Read(File.ReadAllBytes(Path.Combine(Folder, file)), isOpenMetrics: file.EndsWith(".om", StringComparison.Ordinal));
        // Line ends within texts are shown as <LF> in the golden file.
        var golden = File.ReadAllText(Path.Combine(Folder, file + ".golden")).TrimEnd('\n');
        Assert.Equal(golden.Replace("<LF>", "\n", StringComparison.Ordinal), read.Replace("<LF>", "\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PromtoolTakesTheTextFilesForWhatTheyAre()
    {
        if (!File.Exists(Promtool))
        {
            Console.WriteLine($"SKIPPED: no {Promtool} (Debian package prometheus).");
            return;
        }
        foreach (var file in Directory.GetFiles(Folder, "*.prom"))
        {
            using var promtool = Process.Start(new ProcessStartInfo(Promtool, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
            await promtool.StandardInput.WriteAsync(await File.ReadAllTextAsync(file));
            promtool.StandardInput.Close();
            var said = await promtool.StandardError.ReadToEndAsync();
            await promtool.WaitForExitAsync();
            Assert.True(promtool.ExitCode == 0, $"{file}: {said}");
        }
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Bongsu.slnx")))
            directory = directory.Parent;
        return directory.FullName;
    }
}
