namespace Bongsu.Response.Releases;

/// <summary>Somebody says that a version was released. <paramref name="AtMs"/> null means now.</summary>
public sealed record ReleaseMark(string? Service, string? Version, string? Commit = null, string? By = null, long? AtMs = null);
