namespace Bongsu.Response.Catalog;

/// <summary>What people say about a service: who owns it, what it needs, where help stands.</summary>
public sealed record CatalogService(string Name, string? Owner, string? Runbook, string? Dashboard, string Description, IReadOnlyList<string> DependsOn);
