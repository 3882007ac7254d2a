namespace Bongsu.Server.Demo;

/// <summary>Where the demo's server listens, as its own flags take it.</summary>
internal sealed record DemoAddresses(string Web, string OtlpHttp, string OtlpGrpc);

/// <summary>What `bongsu demo fault on|off` sends to the demo's control port.</summary>
internal sealed record FaultSwitch(bool On);
