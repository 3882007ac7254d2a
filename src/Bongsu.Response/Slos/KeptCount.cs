namespace Bongsu.Response.Slos;

/// <summary>A count of a window that still serves: the whole window at one moment, and what was added since.</summary>
internal sealed record KeptCount(long WholeAtMs, long AtMs, string Query, WindowCount Whole, WindowCount Count);
