using System.Globalization;
using System.Net;
using Bongsu.Server.Access;

namespace Bongsu.Server.Configuration;

/// <summary>Reads the settings from flags first and environment second, and gathers every problem before it says anything.</summary>
public sealed class ServerOptionsReader(Func<Setting, string?> flag, Func<string, string?> environment)
{
    private readonly List<ConfigurationProblem> _problems = [];

    /// <exception cref="ConfigurationException">With all problems found.</exception>
    public ServerOptions Read()
    {
        var options = new ServerOptions
        {
            Web = Address(Setting.Listen),
            OtlpHttp = Address(Setting.OtlpHttp),
            OtlpGrpc = Address(Setting.OtlpGrpc),
            Syslog = Text(Setting.Syslog).Value.Length > 0 ? Address(Setting.Syslog) : null,
            SyslogAllow = Networks(Setting.SyslogAllow),
            DataDirectory = Path.GetFullPath(Text(Setting.Data).Value),
            ConfigDirectory = Path.GetFullPath(Text(Setting.Config).Value),
            Fsync = OneOf(Setting.Durability, "fsync", "os"),
            Redact = OneOf(Setting.Redact, "on", "off"),
            Demo = OneOf(Setting.Demo, "true", "false"),
            RetentionMetrics = Duration(Setting.RetentionMetrics),
            RetentionMetrics5m = Duration(Setting.RetentionMetrics5m),
            RetentionMetrics1h = Duration(Setting.RetentionMetrics1h),
            RetentionLogs = Duration(Setting.RetentionLogs),
            RetentionTraces = Duration(Setting.RetentionTraces),
            DiskLimitBytes = Bytes(Setting.DiskLimit),
            MemoryLimitBytes = Bytes(Setting.MemoryLimit, 16 << 20),
            MaxSeries = Number(Setting.MaxSeries),
            MaxSeriesPerService = Number(Setting.MaxSeriesPerService),
            MaxSeriesPerMetric = Number(Setting.MaxSeriesPerMetric),
            MaxStreamsPerService = Number(Setting.MaxStreamsPerService),
            PromQlExperimental = OneOf(Setting.PromQlExperimental, "true", "false"),
            QueryTimeout = PositiveDuration(Setting.QueryTimeout),
            QueryMaxSamples = Number(Setting.QueryMaxSamples),
            EnableAdminApi = OneOf(Setting.AdminApi, "true", "false"),
            PushgatewayInterval = Interval(Setting.PushgatewayInterval),
            PublicUrl = Url(Setting.PublicUrl),
            Flags = Setting.All.ToDictionary(s => s.Flag.TrimStart('-'), s => Text(s).Value),
            Tokens = Tokens(),
        };
        RefuseOpenDoors(options);
        return _problems.Count == 0 ? options : throw new ConfigurationException(_problems);
    }

    private void RefuseOpenDoors(ServerOptions options)
    {
        // Tokens do not help here: syslog has no place for them.
        if (options.Syslog is { } syslog && !IPAddress.IsLoopback(syslog.Address) && options.SyslogAllow.Count == 0)
            Problem(Text(Setting.Syslog).Place, $"{syslog} can be reached from other machines, and syslog knows no authentication. Name the networks that may send with {Setting.SyslogAllow.Flag}, or listen on 127.0.0.1.");
        if (options.Tokens.Count > 0)
            return;
        foreach (var (setting, address) in new[] { (Setting.Listen, options.Web), (Setting.OtlpHttp, options.OtlpHttp), (Setting.OtlpGrpc, options.OtlpGrpc) })
        {
            if (!IPAddress.IsLoopback(address.Address))
                Problem(Text(setting).Place, $"{address} can be reached from other machines, and there are no access tokens. Give some with {Setting.TokensFile.Flag} or {Setting.TokensVariable}, or listen on 127.0.0.1.");
        }
    }

    private (string Value, string Place) Text(Setting setting)
    {
        if (flag(setting) is { } fromFlag)
            return (fromFlag, setting.Flag);
        return environment(setting.Variable) is { Length: > 0 } fromEnvironment ? (fromEnvironment, setting.Variable) : (setting.Default, setting.Flag);
    }

    private IPEndPoint Address(Setting setting)
    {
        var (text, place) = Text(setting);
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
        {
            var host = text[..colon].Trim('[', ']');
            if (host is "localhost")
                return new IPEndPoint(IPAddress.Loopback, port);
            if (host is "" or "*")
                return new IPEndPoint(IPAddress.IPv6Any, port);
            if (IPAddress.TryParse(host, out var address))
                return new IPEndPoint(address, port);
        }
        Problem(place, $"\"{text}\" is no address. Write IP:PORT, as in {setting.Default}; port 0 takes a free one.");
        return new IPEndPoint(IPAddress.Loopback, 0);
    }

    private List<IPNetwork> Networks(Setting setting)
    {
        var (text, place) = Text(setting);
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                Problem(place, $"\"{part}\" is no network. Write ADDRESS/BITS, as in 10.0.0.0/8, or an address.");
        }
        return networks;
    }

    private bool OneOf(Setting setting, string yes, string no)
    {
        var (text, place) = Text(setting);
        if (text != yes && text != no)
            Problem(place, $"\"{text}\" is neither {yes} nor {no}.");
        return text == yes;
    }

    private TimeSpan Duration(Setting setting)
    {
        var (text, place) = Text(setting);
        if (Units.TryParseDuration(text, out var duration))
            return duration;
        Problem(place, $"\"{text}\" is no duration. Write a number and ms, s, m, h, d, w or y, as in {setting.Default}; 0 keeps for ever.");
        return TimeSpan.Zero;
    }

    private TimeSpan PositiveDuration(Setting setting)
    {
        var (text, place) = Text(setting);
        if (Units.TryParseDuration(text, out var duration) && duration > TimeSpan.Zero)
            return duration;
        Problem(place, $"\"{text}\" is no duration above zero. Write a number and ms, s, m, h or d, as in {setting.Default}.");
        return TimeSpan.FromMinutes(1);
    }

    private TimeSpan Interval(Setting setting)
    {
        var interval = Duration(setting);
        if (interval >= TimeSpan.FromSeconds(1) && interval <= TimeSpan.FromMinutes(4))
            return interval;
        // Why 4 minutes: a query looks back 5, so that a longer interval would leave holes.
        Problem(Text(setting).Place, $"\"{Text(setting).Value}\" is not within 1s and 4m.");
        return TimeSpan.FromSeconds(15);
    }

    private long Bytes(Setting setting, long least = 0)
    {
        var (text, place) = Text(setting);
        if (!Units.TryParseBytes(text, out var bytes))
            Problem(place, $"\"{text}\" is no size. Write a number and B, KiB, MiB, GiB or TiB, as in 512MiB.");
        else if (bytes < least)
            Problem(place, $"\"{text}\" is too little; the least is {least >> 20}MiB.");
        return bytes;
    }

    private int Number(Setting setting)
    {
        var (text, place) = Text(setting);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;
        Problem(place, $"\"{text}\" is no whole number above zero.");
        return 1;
    }

    private Uri? Url(Setting setting)
    {
        var (text, place) = Text(setting);
        if (text.Length == 0)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        Problem(place, $"\"{text}\" is no http or https URL.");
        return null;
    }

    private List<AccessToken> Tokens()
    {
        var tokens = new List<AccessToken>();
        if (environment(Setting.TokensVariable) is { Length: > 0 } inline)
            AccessTokenReader.Read(inline.Split([';', '\n'], StringSplitOptions.TrimEntries), line => $"{Setting.TokensVariable} entry {line}", tokens, _problems);
        var (path, place) = Text(Setting.TokensFile);
        if (path.Length == 0)
            return tokens;
        try
        {
            AccessTokenReader.Read(File.ReadAllLines(path), line => $"{path}:{line}", tokens, _problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem(place, $"cannot read {path}: {e.Message}");
        }
        return tokens;
    }

    private void Problem(string place, string message) => _problems.Add(new ConfigurationProblem(place, message));
}
