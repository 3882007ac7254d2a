using System.Diagnostics;

namespace Bongsu.EndToEnd.Tests;

/// <summary>What a wrong setup gets: every problem at once with its place, and exit code 78.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task FlagsFilesAndSettingsAreToldTogether()
    {
        using var directory = new TemporaryDirectory();
        Write(directory, "slos/a.yaml", "slos:\n  - service: gateway\n    nam: x\n    objective: 120\n");
        Write(directory, "rules/r.yaml", "groups:\n  - name: g\n    rules:\n      - alert: A\n");
        var (code, said) = await RunAsync("serve", "--config", directory.Path, "--data", Path.Combine(directory.Path, "data"), "--listen", "0.0.0.0:0", "--durability", "maybe", "--nonsense");
        Assert.Equal(78, code);
        Assert.Contains("--nonsense", said);
        Assert.Contains("--listen: 0.0.0.0:0 can be reached from other machines", said);
        Assert.Contains("--durability: \"maybe\" is neither fsync nor os", said);
        Assert.Contains("slos/a.yaml:3 slos[0].nam: is not a known key; did you mean name?", said);
        Assert.Contains("slos/a.yaml:4 slos[0].objective: 120 is not between 0 and 100", said);
        Assert.Contains("rules/r.yaml:4 groups[0].rules[0].expr: is missing", said);
        Assert.False(Directory.Exists(Path.Combine(directory.Path, "data")), "nothing was opened");
    }

    [Theory]
    [InlineData(2, "frobnicate")]
    [InlineData(4, "services", "--url", "http://127.0.0.1:1")]
    [InlineData(0, "serve", "--help")]
    public async Task ExitCodesAreAsDocumented(int code, params string[] arguments) => Assert.Equal(code, (await RunAsync(arguments)).Code);

    [Fact]
    public async Task TwoServersCannotShareADataDirectory()
    {
        using var data = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path);
        var (code, said) = await RunAsync("serve", "--data", data.Path, "--listen", "127.0.0.1:0", "--otlp-http", "127.0.0.1:0", "--otlp-grpc", "127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.Contains(data.Path, said);
    }

    private static void Write(TemporaryDirectory directory, string file, string text)
    {
        var path = Path.Combine(directory.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Checkout.Server, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
