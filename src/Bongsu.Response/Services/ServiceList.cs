namespace Bongsu.Response.Services;

public sealed record ServiceList(IReadOnlyList<ServiceRow> Services, IReadOnlyList<string> Warnings);
