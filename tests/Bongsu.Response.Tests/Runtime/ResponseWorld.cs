using Bongsu.Query.PromQL;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;

namespace Bongsu.Response.Tests.Runtime;

/// <summary>A whole Response over a memory store and a clock moved by hand; its receiver keeps every message.</summary>
internal sealed class ResponseWorld : IAsyncDisposable
{
    public const string Slos = """
        slos:
          - service: payments
            name: availability
            objective: 99.9
            sli:
              availability: {}
        """;

    public const string Routes = """
        route:
          receiver: ops
          group_by: [service, slo]
          group_wait: 0s
          group_interval: 5s
          repeat_interval: 4h
        receivers:
          - name: ops
            webhook_configs:
              - url: http://127.0.0.1:9/hook
        """;

    private readonly Dictionary<string, double> _counters = [];
    private readonly Dictionary<LabelSet, double> _grown = [];

    public ResponseWorld(MemoryJournal? journal = null, ManualTime? time = null, MemoryStore? store = null, string? directory = null)
    {
        Journal = journal ?? new MemoryJournal();
        Time = time ?? new ManualTime();
        Store = store ?? new MemoryStore();
        Directory = directory ?? System.IO.Directory.CreateTempSubdirectory("bongsu-response-").FullName;
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "slos"));
        File.WriteAllText(Path.Combine(Directory, "slos", "shop.yaml"), Slos);
        File.WriteAllText(Path.Combine(Directory, "alertmanager.yaml"), Routes);
        Runtime = Make();
    }

    public MemoryJournal Journal { get; }

    public ManualTime Time { get; }

    public MemoryStore Store { get; }

    public string Directory { get; }

    public RecordingNotifier Receiver { get; } = new();

    public ResponseRuntime Runtime { get; private set; }

    /// <summary>What is exported every 5 s beside the requests of payments.</summary>
    public Action? Exporting { get; set; }

    public List<ResponseLogEntry> Told { get; } = [];

    public async Task StartAsync() => await Runtime.LoadAsync(CancellationToken.None);

    /// <summary>As after a crash: nothing but the journal and the files is left.</summary>
    public async Task RestartAsync()
    {
        await Runtime.DisposeAsync();
        Runtime = Make();
        await StartAsync();
    }

    /// <summary>Traffic in exports of 5 s, each followed by one turn of every loop; returns when <paramref name="until"/> holds or the time is over.</summary>
    public async Task<TimeSpan?> RunAsync(TimeSpan length, double goodPerSecond, double badPerSecond, Func<bool>? until = null)
    {
        for (var passed = TimeSpan.Zero; passed < length; passed += TimeSpan.FromSeconds(5))
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            if (goodPerSecond + badPerSecond > 0)
                Export(goodPerSecond * 5, badPerSecond * 5);
            Exporting?.Invoke();
            await TurnAsync();
            if (until?.Invoke() == true)
                return passed + TimeSpan.FromSeconds(5);
        }
        return null;
    }

    /// <summary>A counter that grows by so much with this export.</summary>
    public void Grow(double by, params (string Name, string Value)[] labels)
    {
        var set = LabelSet.Of(labels);
        _grown[set] = _grown.GetValueOrDefault(set) + by;
        Store.Add(set, (Time.NowMs, _grown[set]));
    }

    public void Write(string file, string text)
    {
        var path = Path.Combine(Directory, file);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public async Task TurnAsync()
    {
        await Runtime.TickAsync(CancellationToken.None);
        await Runtime.DeliveriesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private ResponseRuntime Make() => new(
        Store, new PromQlEngine(Store, new PromQlOptions(), Time), Journal, ResponseOptions.Demo(Directory, () => "http://bongsu.test"), Time, Told.Add, Receiver);

    private void Export(double good, double bad)
    {
        Count("200", good);
        Count("500", bad);
    }

    private void Count(string status, double by)
    {
        _counters[status] = _counters.GetValueOrDefault(status) + by;
        Store.Add(LabelSet.Of(("__name__", "http_server_request_duration_seconds_count"), ("service_name", "payments"), ("http_route", "/charge"),
            ("http_request_method", "POST"), ("http_response_status_code", status), ("instance", "a"), ("service_version", "1.0")), (Time.NowMs, _counters[status]));
    }
}
