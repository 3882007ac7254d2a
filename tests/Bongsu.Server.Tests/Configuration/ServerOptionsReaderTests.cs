using Bongsu.Server.Access;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Tests.Configuration;

public sealed class ServerOptionsReaderTests
{
    private const string Secret = "a-long-enough-secret";

    private readonly Dictionary<string, string> _flags = [];
    private readonly Dictionary<string, string> _environment = [];

    [Fact]
    public void DefaultsListenOnThisMachineOnly()
    {
        var options = Read();
        Assert.Equal("127.0.0.1:4380", options.Web.ToString());
        Assert.Equal("127.0.0.1:4318", options.OtlpHttp.ToString());
        Assert.Equal("127.0.0.1:4317", options.OtlpGrpc.ToString());
        Assert.True(options.Fsync);
        Assert.True(options.Redact);
        Assert.False(options.Demo);
    }

    [Fact]
    public void FlagsComeBeforeTheEnvironment()
    {
        _environment["BONGSU_LISTEN"] = "127.0.0.1:1";
        _environment["BONGSU_DURABILITY"] = "os";
        _flags["--listen"] = "127.0.0.1:0";
        var options = Read();
        Assert.Equal(0, options.Web.Port);
        Assert.False(options.Fsync);
    }

    [Fact]
    public void EveryProblemIsToldAtOnceWithItsPlace()
    {
        _flags["--listen"] = "nowhere";
        _environment["BONGSU_OTLP_HTTP"] = "127.0.0.1:99999";
        _flags["--durability"] = "sometimes";
        _flags["--retention-logs"] = "7 parsecs";
        _environment["BONGSU_DISK_LIMIT"] = "much";
        _flags["--memory-limit"] = "1MiB";
        _flags["--max-series"] = "-5";
        _environment["BONGSU_PUBLIC_URL"] = "ftp://x";
        var places = Assert.Throws<ConfigurationException>(() => Read()).Problems.Select(p => p.Place).ToList();
        Assert.Equal(["--listen", "BONGSU_OTLP_HTTP", "--durability", "--retention-logs", "BONGSU_DISK_LIMIT", "--memory-limit", "--max-series", "BONGSU_PUBLIC_URL"], places);
    }

    [Theory]
    [InlineData("0.0.0.0:4380")]
    [InlineData("[::]:4380")]
    [InlineData("*:4380")]
    [InlineData("10.1.2.3:4380")]
    public void AnOpenAddressNeedsTokens(string address)
    {
        _flags["--listen"] = address;
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Read()).Problems);
        Assert.Equal("--listen", problem.Place);
        Assert.Contains("--tokens-file", problem.Message);

        _environment["BONGSU_TOKENS"] = $"ops admin {Secret}";
        Assert.Single(Read().Tokens);
    }

    [Fact]
    public void SyslogIsOffUnlessAskedForAndAnOpenAddressNeedsNetworks()
    {
        Assert.Null(Read().Syslog);
        _flags["--syslog"] = "0.0.0.0:5514";
        _environment["BONGSU_TOKENS"] = $"ops admin {Secret}";
        var problem = Assert.Single(Assert.Throws<ConfigurationException>(() => Read()).Problems);
        Assert.Equal("--syslog", problem.Place);
        Assert.Contains("--syslog-allow", problem.Message);

        _flags["--syslog-allow"] = "10.0.0.0/8, 192.168.1.7,10.0.0.0/99";
        Assert.Contains("10.0.0.0/99", Assert.Single(Assert.Throws<ConfigurationException>(() => Read()).Problems).Message);
        _flags["--syslog-allow"] = "10.0.0.0/8, 192.168.1.7";
        Assert.Equal(["10.0.0.0/8", "192.168.1.7/32"], Read().SyslogAllow.Select(n => n.ToString()));
    }

    [Fact]
    public void TokenProblemsNameTheLineAndNeverTheSecret()
    {
        _environment["BONGSU_TOKENS"] = $"a view short;b boss {Secret};c;d admin sha256:zz;e view {Secret};e view {Secret}";
        var problems = Assert.Throws<ConfigurationException>(() => Read()).Problems;
        Assert.Equal(5, problems.Count);
        Assert.Equal("BONGSU_TOKENS entry 1", problems[0].Place);
        Assert.All(problems, p => Assert.DoesNotContain(Secret, p.ToString()));
    }

    [Fact]
    public void AMissingTokenFileIsAProblem()
    {
        _flags["--tokens-file"] = "/nowhere/tokens";
        Assert.Contains("/nowhere/tokens", Assert.Single(Assert.Throws<ConfigurationException>(() => Read()).Problems).Message);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("90s", 90)]
    [InlineData("1.5h", 5400)]
    [InlineData("15d", 1_296_000)]
    [InlineData("1y", 31_536_000)]
    public void DurationsAreRead(string text, double seconds)
    {
        Assert.True(Units.TryParseDuration(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("1e9d")]
    [InlineData("5000y")]
    [InlineData("5 minutes")]
    public void OtherDurationsAreNot(string text) => Assert.False(Units.TryParseDuration(text, out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("1.5KiB", 1536)]
    [InlineData("2GB", 2_000_000_000)]
    public void SizesAreRead(string text, long bytes)
    {
        Assert.True(Units.TryParseBytes(text, out var read));
        Assert.Equal(bytes, read);
    }

    private ServerOptions Read() => new ServerOptionsReader(s => _flags.GetValueOrDefault(s.Flag), v => _environment.GetValueOrDefault(v)).Read();
}
