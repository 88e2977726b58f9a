/** The models of GOLDEN section 4 that have relations, one function for each: their names repeat. */
import { z } from "zod";
import { backRef, field, foreignKey, id, Model, manyToMany } from "../../src/index.ts";

type Models = readonly (abstract new (...input: never[]) => object)[];

export function orgMemberProject(): Models {
  class Org extends Model("Org", {
    id: id(),
    name: field(z.string(), { index: true }),
    slug: field(z.string(), { unique: true }),
    get members() {
      return backRef(Member);
    },
    get projects() {
      return backRef(Project);
    },
  }) {}
  class Member extends Model("Member", {
    id: id(),
    email: field(z.string(), { unique: true }),
    get org() {
      return foreignKey(Org, { relatedName: "members", index: true });
    },
  }) {}
  class Project extends Model(
    "Project",
    {
      id: id(),
      name: z.string(),
      get org() {
        return foreignKey(Org, { relatedName: "projects", index: true });
      },
    },
    { indexes: [["orgId", "name"]] },
  ) {}
  return [Org, Member, Project];
}

export function quickstart(): Models {
  class Author extends Model("Author", {
    id: id(),
    name: z.string(),
    email: field(z.string(), { unique: true }),
    get posts() {
      return backRef(Post);
    },
  }) {}
  class Post extends Model("Post", {
    id: id(),
    title: z.string(),
    body: z.string(),
    published: z.boolean().default(false),
    createdAt: z.date().default(() => new Date()),
    get author() {
      return foreignKey(Author, { relatedName: "posts" });
    },
  }) {}
  return [Author, Post];
}

export function oneToOne(): Models {
  class User extends Model("User", {
    id: id(),
    username: z.string(),
    get profile() {
      return backRef(Profile);
    },
  }) {}
  class Profile extends Model("Profile", {
    id: id(),
    bio: z.string(),
    get user() {
      return foreignKey(User, { relatedName: "profile", unique: true });
    },
  }) {}
  return [User, Profile];
}

export function links(): Models {
  class Student extends Model("Student", {
    id: id(),
    name: z.string(),
    get courses() {
      return manyToMany(Course, { relatedName: "students" });
    },
  }) {}
  class Course extends Model("Course", {
    id: id(),
    title: z.string(),
    get students() {
      return backRef(Student);
    },
  }) {}
  return [Student, Course];
}

export function linksThrough(): Models {
  class Team extends Model("Team", {
    id: field(z.uuid(), { primaryKey: true }),
    get people() {
      return manyToMany(Person, {
        relatedName: "teams",
        through: "team_members",
        reverseIndex: false,
      });
    },
  }) {}
  class Person extends Model("Person", {
    slug: field(z.string(), { primaryKey: true }),
    get teams() {
      return backRef(Team);
    },
  }) {}
  return [Team, Person];
}

export function linksToSelf(): Models {
  class Follower extends Model("Follower", {
    id: id(),
    get following() {
      return manyToMany(Follower, { relatedName: "followers" });
    },
    get followers() {
      return backRef(Follower);
    },
  }) {}
  return [Follower];
}

export function selfReference(): Models {
  class Employee extends Model("Employee", {
    id: id(),
    name: z.string(),
    get manager() {
      return foreignKey(Employee, { relatedName: "reports", nullable: true });
    },
    get reports() {
      return backRef(Employee);
    },
  }) {}
  return [Employee];
}

export function onDelete(): Models {
  class Parent extends Model("Parent", {
    id: id(),
    get c1s() {
      return backRef(C1);
    },
    get c2s() {
      return backRef(C2);
    },
    get c3s() {
      return backRef(C3);
    },
    get c4s() {
      return backRef(C4);
    },
    get c5s() {
      return backRef(C5);
    },
    get c6s() {
      return backRef(C6);
    },
  }) {}
  class C1 extends Model("C1", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c1s" });
    },
  }) {}
  class C2 extends Model("C2", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c2s", onDelete: "RESTRICT" });
    },
  }) {}
  class C3 extends Model("C3", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c3s", onDelete: "SET NULL" });
    },
  }) {}
  class C4 extends Model("C4", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c4s", onDelete: "SET DEFAULT" });
    },
  }) {}
  class C5 extends Model("C5", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c5s", onDelete: "NO ACTION" });
    },
  }) {}
  class C6 extends Model("C6", {
    id: id(),
    get parent() {
      return foreignKey(Parent, { relatedName: "c6s", nullable: true });
    },
  }) {}
  return [C1, C2, C3, C4, C5, C6, Parent];
}

export function uuidForeignKey(): Models {
  class UParent extends Model("UParent", {
    id: field(z.uuid(), { primaryKey: true }),
    get children() {
      return backRef(UChild);
    },
  }) {}
  class UChild extends Model("UChild", {
    id: field(z.uuid(), { primaryKey: true }),
    get parent() {
      return foreignKey(UParent, { relatedName: "children" });
    },
  }) {}
  return [UParent, UChild];
}

export function otherKey(): Models {
  class Country extends Model("Country", {
    code: field(z.string(), { primaryKey: true }),
    get cities() {
      return backRef(City);
    },
  }) {}
  class City extends Model("City", {
    id: id(),
    get country() {
      return foreignKey(Country, { relatedName: "cities" });
    },
  }) {}
  return [City, Country];
}
